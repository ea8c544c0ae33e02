import { withDatabase } from '../database/connection/command-database.js';
import { readLedgerKey } from '../ledger-keys/stored-ledger-keys.js';
import { LedgerSealing, type Sealed } from '../movements/sealing/ledger-sealing.js';
import { SecretBox } from '../secrets/secret-box.js';
import { ArgumentsError, defineCommand, onceASecond, readConfig } from './command.js';

const HELP = `Usage: npm run ledger:seal [-- --wallet ID]

Seals the wallets of DATABASE_URL that were there before the ledger had a key, one after the other, each with its history as it
stands; no movement is changed. Run npm run verify-ledger first: what is sealed is vouched for, and a wallet whose seals were
taken away would be too. On MySQL servers may run meanwhile; on SQLite stop the server first. What is broken off goes on where
it was.

--wallet ID  this wallet only, also if it was made since the ledger has a key: by a server without SECRETS_KEY.

Exit codes: 0 every wallet is sealed; 1 one is not; 2 the database cannot be used.
`;

function told({ wallets, movements, before }: Sealed): string {
  return `${wallets} wallets with ${movements} movements sealed, ${before} were sealed before`;
}

/** `npm run ledger:seal`: brings the wallets from before the ledger had a key under it. */
export const sealLedger = defineCommand({
  help: HELP,
  options: { wallet: { type: 'string' } },
  failure: 'The ledger could not be sealed',

  run({ wallet }, invocation) {
    const config = readConfig(invocation);
    return withDatabase(config, 'write', async ({ dataSource, unitOfWork }) => {
      const key = await unitOfWork.read((reader) => readLedgerKey(reader, new SecretBox(config)));
      if (key === null)
        throw new ArgumentsError('The ledger has no key yet: start a server with SECRETS_KEY first');
      const sealing = new LedgerSealing(dataSource, unitOfWork, key, onceASecond(invocation, told));
      let left = 0;
      const leave = (walletId: string, problem: string): void => {
        left += 1;
        invocation.out(`wallet ${walletId}: ${problem}\n`);
      };
      if (wallet === undefined) {
        for await (const { walletId, problem } of sealing.run()) leave(walletId, problem);
      } else {
        const problem = await sealing.runOne(wallet);
        if (problem !== null) leave(wallet, problem);
      }
      invocation.out(`${told(sealing.sealed)}${left === 0 ? '' : `, ${left} are left without a seal`}\n`);
      return left === 0 ? 0 : 1;
    });
  },
});
