import { createRequire } from 'node:module';

/** For `node --import`: says at the end which CommonJS packages the process has loaded. */
const { cache } = createRequire(import.meta.url);

process.on('exit', () => {
  const names = Object.keys(cache).map((file) => /.*node_modules\/((@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
  process.stderr.write(`loaded packages: ${[...new Set(names)].sort().join(' ')}\n`);
});
