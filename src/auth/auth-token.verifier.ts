import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { type AuthTokenAlgorithm, type AuthTokenKey, Config } from '../config/config.js';
import { GpasError } from '../errors/gpas-error.js';
import { IDENTIFIER } from '../validation/identifier.decorator.js';

const MAX_TOKEN_LENGTH = 4_096;
/** How far the clock of the operator's token system may be ahead. */
const MAX_CLOCK_SKEW_SECONDS = 30;

/** What a good AuthToken says: its wallet, or the launch that knows it. */
type AuthTokenClaims = { readonly walletId: string } | { readonly launchId: string };

/**
 * Verifies AuthTokens (protocol §4.2): self-contained JWTs of the operator's, and reference tokens, which name a launch
 * and are signed with AUTH_TOKEN_SECRET. The configuration binds each key to one algorithm; a token only picks among
 * those. Beside what jsonwebtoken checks (signature, `exp`, `iss`, `aud`) this checks what it lets pass: length, `crit`,
 * `typ`, the kind of each claim, and how long the token lives; and `nbf`, for which it has no skew of its own.
 */
@Injectable()
export class AuthTokenVerifier {
  private readonly verifiers: ReadonlyMap<string, JwtService>;
  private readonly referenceVerifier: JwtService | undefined;
  private readonly maxLifetimeSeconds: number;

  constructor({ authTokens }: Config) {
    const { issuer, audience } = authTokens;
    this.maxLifetimeSeconds = authTokens.maxLifetimeSeconds;
    this.verifiers = new Map<AuthTokenAlgorithm, JwtService>(
      authTokens.keys.map((key) => [key.algorithm, verifierOf(key, issuer, audience)]),
    );
    const own = authTokens.keys.find(({ algorithm }) => algorithm === 'HS256');
    this.referenceVerifier = own && verifierOf(own, undefined, undefined);
  }

  /** @throws GpasError INVALID_AUTH_TOKEN, saying what is wrong with the token but nothing of what it holds */
  verify(token: string): AuthTokenClaims {
    if (token.length > MAX_TOKEN_LENGTH) throw invalid(`longer than ${MAX_TOKEN_LENGTH} characters`);
    const algorithm = algorithmOf(token);
    const isReference = algorithm === 'HS256' && hasReferenceForm(token);
    const verifier = isReference ? this.referenceVerifier : this.verifiers.get(algorithm);
    if (!verifier) throw invalid('its algorithm is not accepted');
    let payload: unknown;
    try {
      payload = verifier.verify<object>(token);
    } catch (error) {
      throw invalid(reasonOf(error));
    }
    return isReference ? { launchId: (payload as { jti: string }).jti } : this.claimsOf(payload);
  }

  private claimsOf(payload: unknown): AuthTokenClaims {
    if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) throw invalid('no claims');
    const { exp, iat, nbf, walletId, sub } = payload as Record<string, unknown>;
    const now = Date.now() / 1_000;
    if (!isNumericDate(exp)) throw invalid('exp is missing or not a number');
    if (iat !== undefined && !isNumericDate(iat)) throw invalid('iat is not a number');
    if (nbf !== undefined && !isNumericDate(nbf)) throw invalid('nbf is not a number');
    if (exp <= now) throw invalid('it has expired');
    const latest = Math.floor(now) + MAX_CLOCK_SKEW_SECONDS;
    if (nbf !== undefined && nbf > latest) throw invalid('it is not valid yet');
    const issuedAt = iat ?? Math.floor(now);
    if (issuedAt > latest) throw invalid('iat is in the future');
    // In milliseconds: the sum of an instant with decimals and a life may be off in the last of them.
    if (Math.round((exp - issuedAt) * 1_000) > this.maxLifetimeSeconds * 1_000)
      throw invalid('it lives too long');
    const wallet = walletId === undefined ? sub : walletId;
    if (typeof wallet !== 'string' || !IDENTIFIER.test(wallet)) throw invalid('walletId is missing');
    return { walletId: wallet };
  }
}

/** The keys are KeyObjects: a secret given as text would be tried as a public key first, at forty times the cost. */
function verifierOf(
  { algorithm, key }: AuthTokenKey,
  issuer: string | undefined,
  audience: string | undefined,
): JwtService {
  return new JwtService({
    ...(algorithm === 'HS256' ? { secret: key } : { publicKey: key }),
    verifyOptions: {
      algorithms: [algorithm],
      ignoreNotBefore: true, // judged with the claims
      ...(issuer === undefined ? {} : { issuer }),
      ...(audience === undefined ? {} : { audience }),
    },
  });
}

/** The algorithm the token's header names, if the header is one we understand in full. */
function algorithmOf(token: string): string {
  let header: unknown;
  try {
    header = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8'));
  } catch {
    throw invalid('it is not a JWT');
  }
  if (typeof header !== 'object' || header === null) throw invalid('it is not a JWT');
  const { alg, typ, crit, b64 } = header as Record<string, unknown>;
  if (crit !== undefined || b64 !== undefined) throw invalid('its header asks for an extension');
  if (typ !== undefined && typ !== 'JWT') throw invalid('its typ is not JWT');
  return typeof alg === 'string' ? alg : '';
}

/** A reference token: a payload of exactly `{"jti":"<16 characters>"}`. */
const REFERENCE_PAYLOAD = /^\{"jti":"[\w-]{16}"\}$/;

function hasReferenceForm(token: string): boolean {
  return REFERENCE_PAYLOAD.test(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

function reasonOf(error: unknown): string {
  const isExpired = error instanceof Error && error.name === 'TokenExpiredError';
  return isExpired ? 'it has expired' : 'it does not verify';
}

/** A NumericDate of RFC 7519: seconds, decimals allowed. JSON can write numbers that are infinite here. */
function isNumericDate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function invalid(reason: string): GpasError {
  return new GpasError('INVALID_AUTH_TOKEN', `Invalid auth token: ${reason}`);
}
