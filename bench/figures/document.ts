import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chartOf } from './chart.js';
import type { Results } from './results.js';

const ROOT = join(import.meta.dirname, '../../..');
const DOCS = join(ROOT, 'docs');
const [BEGIN, END] = ['<!-- measured -->', '<!-- end of measured -->'];

/** Puts what was measured into docs/performance.md, between its markers, with the chart beside it; the figures go to bench/measured.json. */
export function writeDocument(results: Results, report: string): void {
  const file = join(DOCS, 'performance.md');
  const text = readFileSync(file, 'utf8');
  const [before, , after] = text.split(new RegExp(`(?<=${BEGIN})([^]*)(?=${END})`));
  if (before === undefined || after === undefined)
    throw new Error(`${file} has lost its marks ${BEGIN} and ${END}`);
  const chart = '![CPU of a call at 32 connections](performance.svg)';
  writeFileSync(file, `${before}\n\n${chart}\n\n${report}\n\n${after}`);
  writeFileSync(join(DOCS, 'performance.svg'), chartOf(results.plays));
  writeFileSync(join(ROOT, 'bench/measured.json'), `${JSON.stringify(results)}\n`);
}
