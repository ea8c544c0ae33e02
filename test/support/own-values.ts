/** Everything that an operator sets, none of it the demo's. */
export const OWN = {
  GPAS_PARENT_SYSTEM_ID: 'OWN',
  GPAS_SECRET_KEY: 'an-own-signing-secret',
  AUTH_TOKEN_SECRET: 'x'.repeat(32),
  OPERATOR_API_KEY: 'k'.repeat(32),
};
