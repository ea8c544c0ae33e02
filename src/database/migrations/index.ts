import { Movements1764100000000 } from './1764100000000-movements.js';
import { Onboarding1764200000000 } from './1764200000000-onboarding.js';
import { ReportsAndSearch1764300000000 } from './1764300000000-reports-and-search.js';
import { Incidents1764400000000 } from './1764400000000-incidents.js';
import { SignatureFailures1764500000000 } from './1764500000000-signature-failures.js';
import { IncidentSightings1764600000000 } from './1764600000000-incident-sightings.js';
import { Refusals1764650000000 } from './1764650000000-refusals.js';
import { BoundAuditKeys1764700000000 } from './1764700000000-bound-audit-keys.js';
import { SealedLedger1764800000000 } from './1764800000000-sealed-ledger.js';
import { ToldWins1765000000000 } from './1765000000000-told-wins.js';
import { TextOfTheTrail1765100000000 } from './1765100000000-text-of-the-trail.js';
import { MovementTotals1765200000000 } from './1765200000000-movement-totals.js';
import { ParentSystemsWalletsSessions1764000000000 } from './1764000000000-parent-systems-wallets-sessions.js';

/** In the order in which they run. A test compares this list with the folder. */
export const migrations = [
  ParentSystemsWalletsSessions1764000000000,
  Movements1764100000000,
  Onboarding1764200000000,
  ReportsAndSearch1764300000000,
  Incidents1764400000000,
  SignatureFailures1764500000000,
  IncidentSightings1764600000000,
  Refusals1764650000000,
  BoundAuditKeys1764700000000,
  SealedLedger1764800000000,
  ToldWins1765000000000,
  TextOfTheTrail1765100000000,
  MovementTotals1765200000000,
];
