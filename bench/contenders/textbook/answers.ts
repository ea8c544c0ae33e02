/** The answers of the protocol, from amounts in cents. */
export function balancesOf(realMinor: number, bonusMinor: number): object {
  return {
    leftBalance: (realMinor + bonusMinor) / 100,
    subWalletsSummary: [
      { code: 'REAL', leftBalance: realMinor / 100, subWalletsSummary: null },
      { code: 'BONUS', leftBalance: bonusMinor / 100, subWalletsSummary: null },
    ],
  };
}

export function movementAnswer(movementId: string, realMinor: number, bonusMinor: number): object {
  return { status: 'OK', movementId, ...balancesOf(realMinor, bonusMinor), amountBonus: 0 };
}

export function sessionAnswer(id: string, walletId: string, createdAt: Date): object {
  return { id, walletId, created: createdAt.toISOString(), status: 'OPEN' };
}
