import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { loadConfig } from '../../config/config.js';
import { dataSourceOptions } from '../../database/data-source-options.js';
import { MIGRATION_TIMEOUT_MS } from '../../database/limits.js';
import { WalletAudit } from '../ledger-audit.js';
import { readMovements, readStrayWalletIds, readWallets } from '../ledger-reader.js';

/**
 * `npm run verify-ledger`: walks every wallet and checks that the chain of balances, the sums, the references and the
 * wallet's row agree. Reads only, also beside a running server. Exit 0: all agree; 1: some do not, each is named;
 * 2: the database could not be read.
 */
const PROGRESS_EVERY_MS = 1_000;

async function verify(dataSource: DataSource): Promise<boolean> {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  let wallets = 0;
  let movements = 0;
  let saidAt = performance.now();
  const wrong = new Set<string>();
  for await (const wallet of readWallets(dataSource)) {
    const audit = new WalletAudit(wallet);
    for await (const movement of readMovements(dataSource, wallet)) {
      audit.add(movement);
      movements += 1;
      if (performance.now() - saidAt > PROGRESS_EVERY_MS) {
        process.stderr.write(`${wallets} wallets, ${movements} movements …\n`);
        saidAt = performance.now();
      }
    }
    audit.finish();
    wallets += 1;
    if (audit.problems.length > 0) wrong.add(wallet.id);
    for (const problem of audit.problems) print(`wallet ${wallet.id}: ${problem}`);
  }
  for (const walletId of await readStrayWalletIds(dataSource)) {
    wrong.add(walletId);
    print(`wallet ${walletId}: has movements that its row does not count, or has no row`);
  }
  print(
    wrong.size === 0
      ? `${wallets} wallets, ${movements} movements, all agree`
      : `${wrong.size} of ${wallets} wallets do not agree, ${movements} movements read`,
  );
  return wrong.size === 0;
}

try {
  const dataSource = await new DataSource(
    dataSourceOptions(loadConfig().database, MIGRATION_TIMEOUT_MS),
  ).initialize();
  try {
    process.exitCode = (await verify(dataSource)) ? 0 : 1;
  } finally {
    await dataSource.destroy();
  }
} catch (error) {
  process.stderr.write(
    `The ledger could not be read: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 2;
}
