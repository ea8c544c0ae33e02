import vm from 'node:vm';

/**
 * Node's own `import()`. Jest's evaluates every module anew for each test file, which for the application and all it
 * stands on takes longer than most files' tests; Node's does so once for a worker. The two share no modules: what
 * a test has in common with the application comes by way of `application.ts`.
 */
export const importNatively = vm.runInThisContext('(specifier) => import(specifier)', {
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}) as <Module>(specifier: string) => Promise<Module>;
