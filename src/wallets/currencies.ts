/**
 * ISO 4217 List One (current currencies and funds) as the maintenance agency published it on 2026-01-01
 * (amendments up to 180), by number of decimals. Pinned here, not taken from `Intl`, whose tables follow usage and
 * give IDR, HUF, COP and others no decimals, and which change with the runtime: a wallet's minor unit must never
 * change under it. Codes for which the standard states no minor unit (gold, XDR, XXX, XTS …) are not money that a
 * wallet can hold, and are absent.
 */
const CODES_BY_DECIMALS: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
      CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL
      HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU
      MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR
      SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED
      VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

const DECIMALS_BY_CODE: ReadonlyMap<string, number> = new Map(
  Object.entries(CODES_BY_DECIMALS).flatMap(([decimals, codes]) =>
    codes.split(/\s+/).map((code): [string, number] => [code, Number(decimals)]),
  ),
);

/** Every number of decimals that a currency has. */
export const DECIMALS: readonly number[] = Object.keys(CODES_BY_DECIMALS).map(Number);

/** Every code a wallet can be opened in, in the table's order. */
export const CURRENCY_CODES: readonly string[] = [...DECIMALS_BY_CODE.keys()];

/**
 * The number of decimals of a currency (protocol §5, "decimals of a currency"), or undefined for a code the table
 * lacks. Case sensitive, as everything GPAS sends is. A wallet asks once, when it is opened, and keeps the answer.
 */
export function decimalsOf(code: string): number | undefined {
  return DECIMALS_BY_CODE.get(code);
}
