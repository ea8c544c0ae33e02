import {
  type Answer,
  callOperator,
  callWithBody,
  closeSession,
  openFundedSession,
  openSession,
  sessionIdOf,
} from './gpas.js';

/** What means something to SQL, to who escapes for it, to a character set or to who compares. */
const PIECES = [
  `'`,
  `''`,
  `"`,
  '`',
  '\\',
  '\\\\',
  `\\'`,
  `\\\\'x`,
  `\\"`,
  `\\\0`,
  '\0',
  '\x1a',
  '\b\t\n\r\v\f',
  '\x7f\u0080\u009f',
  '%',
  '_',
  '\\%\\_',
  '?',
  '??',
  ':name',
  '@@version',
  '--',
  '-- ',
  '#',
  '/*',
  '*/',
  '/*! SELECT 1 */',
  ';',
  `'); DROP TABLE movements; -- `,
  `\\'); DROP TABLE movements; -- `,
  `' OR '1'='1`,
  `\\' OR 1=1 -- `,
  `', status = 'BLOCKED`,
  '\u00bf\u0027',
  '\u00df\u5c27',
  '縗',
  'ソ能表',
  '😀',
  '👩‍👩‍👧‍👦',
  '🏳️‍🌈\u{e0067}\u{e007f}',
  '\u{1f1fa}\u{1f1fe}',
  'é',
  'e\u0301',
  'ß',
  'ﬀ',
  'İıſK',
  '\u202e\u2066\u200b\u200d\ufeff',
  '\u2028\u2029\u0085\u00a0',
  '\ufffd\ufffe\uffff',
  '\u{10ffff}',
] as const;

/** 200 texts, each another: each piece alone and where escapes go wrong. */
export const NASTY_TEXTS: readonly string[] = PIECES.flatMap((piece, index) => {
  const forms = [
    piece,
    `${piece}\\'`,
    ` ${piece}${piece} \\`,
    piece.repeat(Math.floor((index % 2 === 0 ? 100 : 600) / Array.from(piece).length)),
  ];
  // Every fourth text is to have every form.
  return [...forms.slice(index % 4), ...forms.slice(0, index % 4)];
});

/** Calls at once; fewer than connections, so that on a busy machine none waits in vain for one. */
const CALLS_AT_ONCE = 8;

/** One field of one text that did not come back as it was sent. */
interface Difference {
  readonly field: string;
  readonly sent: string;
  readonly shown: unknown;
}

type Row = Record<string, unknown>;

/**
 * Sends texts through every field of the API that takes text, and reads them back through the API: through the
 * description and the tags of bets every text, through each other field every fourth, so that each goes through several.
 */
export class TextsThroughTheApi {
  private readonly differences: Difference[] = [];

  private constructor(private readonly url: string) {}

  /** @returns what came back otherwise, or was not taken */
  static async differences(url: string): Promise<readonly Difference[]> {
    const texts = new TextsThroughTheApi(url);
    await texts.descriptions();
    await texts.notes();
    await texts.names();
    await texts.ids();
    return texts.differences;
  }

  private async descriptions(): Promise<void> {
    const session = await openFundedSession(this.url, 'texts', { real: 10_000 });
    const play = (kind: string, index: number, text: string): Promise<void> => {
      const money = kind === 'rollback' ? {} : { value: 1, typeCode: `GAME_${kind.toUpperCase()}` };
      const tags = { text, [`key ${text}`]: index };
      const body = { externalReference: `${kind}-${index}`, ...money, description: text, tags };
      const target = kind === 'rollback' ? `&externalMovementId=debit-${index}` : '';
      return this.must(
        callWithBody(
          this.url,
          kind === 'rollback' ? 'PATCH' : 'POST',
          `/movements/${kind}?walletSessionId=${session}${target}`,
          body,
        ),
      );
    };
    await each(everyText, (text, index) => play('debit', index, text));
    await each(fourths(0), (text, index) => play('credit', index, text));
    await each(fourths(1), (text, index) => play('rollback', index, text));
    await each(fourths(2), (text, index) => {
      const deposit = {
        externalReference: `deposit-${index}`,
        value: 1,
        subWallet: 'REAL',
        description: text,
      };
      return this.operator('POST', 'wallets/texts/deposits', deposit);
    });
    const movements = await this.list('wallets/texts/movements', 'externalReference');
    const compare = (kind: string, index: number, text: string): void => {
      const { description, tags } = movements.get(`${kind}-${index}`) ?? {};
      this.compare(`description of a ${kind}`, text, description);
      if (kind === 'deposit') return;
      this.compare(`tags of a ${kind}`, text, (tags as Row | undefined)?.['text']);
      this.compare(`a key in the tags of a ${kind}`, `key ${text}`, Object.keys(tags ?? {})[1]);
    };
    for (const [index, text] of everyText) compare('debit', index, text);
    for (const [index, text] of fourths(0)) compare('credit', index, text);
    for (const [index, text] of fourths(1)) compare('rollback', index, text);
    for (const [index, text] of fourths(2)) compare('deposit', index, text);
  }

  /** Of incidents, with what GPAS sent. */
  private async notes(): Promise<void> {
    const session = sessionIdOf(await openSession(this.url, 'texts'));
    await closeSession(this.url, session);
    const bodies = new Map<number, string>();
    await each(fourths(3), async (text, index) => {
      const win = {
        externalReference: `late-${index}`,
        value: 1,
        typeCode: 'GAME_CREDIT',
        description: text,
      };
      bodies.set(index, JSON.stringify(win));
      await callWithBody(
        this.url,
        'POST',
        `/movements/credit?walletSessionId=${session}`,
        bodies.get(index)!,
      );
    });
    const incidents = await this.list('incidents', 'externalReference');
    await each(fourths(3), async (text, index) => {
      const path = `incidents/${String(incidents.get(`late-${index}`)?.['incidentId'])}`;
      await this.operator('POST', `${path}/resolve`, { note: text });
      const { note, sightings } = (await callOperator(this.url, 'GET', `/operator/${path}`)).body as {
        note: unknown;
        sightings: { sentBody: unknown }[];
      };
      this.compare('note of an incident', text, note);
      this.compare('body that an incident was sent with', bodies.get(index)!, sightings[0]?.sentBody);
    });
  }

  /** Names of games, keys and parent systems, each also in the trail. None of them takes control characters. */
  private async names(): Promise<void> {
    const nameOf = (text: string): string =>
      Array.from(text.replace(/\p{Cc}/gu, '') || 'control')
        .slice(0, 100)
        .join('');
    await each(fourths(0), (text, index) => {
      const game = { name: nameOf(text), providerCode: ascii(text, 64), enabled: true };
      return this.operator('PUT', `games/named-${index}`, game);
    });
    await each(fourths(1), (text, index) =>
      this.operator('POST', 'parent-systems', { id: `named-${index}`, name: nameOf(text) }),
    );
    await each(fourths(2), (text) => this.operator('POST', 'keys', { name: nameOf(text), roles: ['read'] }));
    const [games, systems] = [await this.list('games', 'gameId'), await this.list('parent-systems', 'id')];
    const [keys, trail] = [await this.list('keys', 'name'), await this.list('audit', 'subjectId')];
    const inTrail = (id: string): unknown => (trail.get(id)?.['after'] as Row | undefined)?.['name'];
    for (const [index, text] of fourths(0)) {
      const game = games.get(`named-${index}`);
      this.compare('name of a game', nameOf(text), game?.['name']);
      this.compare('provider of a game', ascii(text, 64), game?.['providerCode']);
      this.compare('name of a game in the trail', nameOf(text), inTrail(`named-${index}`));
    }
    for (const [index, text] of fourths(1)) {
      this.compare('name of a parent system', nameOf(text), systems.get(`named-${index}`)?.['name']);
      this.compare('name of a parent system in the trail', nameOf(text), inTrail(`named-${index}`));
    }
    for (const [, text] of fourths(2)) {
      this.compare('name of a key', nameOf(text), keys.get(nameOf(text))?.['name']);
    }
  }

  /** Of wallets, players and references: visible ASCII. */
  private async ids(): Promise<void> {
    await each(fourths(3), async (text, index) => {
      const id = `${index}${ascii(text, 100)}`;
      const inUrl = encodeURIComponent(id);
      await this.operator('POST', 'wallets', { walletId: id, playerId: id, currency: 'EUR' });
      const deposit = { externalReference: id, value: 1, subWallet: 'REAL' };
      await this.operator('POST', `wallets/${inUrl}/deposits`, deposit);
      const wallets = await this.list(`wallets?playerId=${inUrl}`, 'walletId');
      this.compare('id of a wallet', id, [...wallets.keys()].join());
      const movements = await this.list(`movements?externalReference=${inUrl}`, 'walletId');
      this.compare('reference', id, movements.get(id)?.['externalReference']);
    });
  }

  private compare(field: string, sent: string, shown: unknown): void {
    if (shown !== sent) this.differences.push({ field, sent, shown });
  }

  private operator(method: string, path: string, body: object): Promise<void> {
    return this.must(callOperator(this.url, method, `/operator/${path}`, body));
  }

  private async must(call: Promise<Answer>): Promise<void> {
    const { status, text } = await call;
    if (status >= 300) this.differences.push({ field: 'call', sent: '2xx', shown: `${status} ${text}` });
  }

  /** All rows of a list, by this field; of several with one value the first. */
  private async list(path: string, by: string): Promise<Map<string, Row>> {
    const rows = new Map<string, Row>();
    let after: string | null = '';
    while (after !== null) {
      const query: string =
        after === '' ? '' : `${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(after)}`;
      const { status, body, text } = await callOperator(this.url, 'GET', `/operator/${path}${query}`);
      if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
      const page = body as { data: Row[]; next: string | null };
      for (const row of page.data) if (!rows.has(String(row[by]))) rows.set(String(row[by]), row);
      after = page.next;
    }
    return rows;
  }
}

const everyText = [...NASTY_TEXTS.entries()];
const fourths = (rest: number): [number, string][] => everyText.filter(([index]) => index % 4 === rest);

const ascii = (text: string, most: number): string =>
  text.replace(/[^\x21-\x7e]/g, '').slice(0, most) || 'none';

async function each(
  texts: readonly (readonly [number, string])[],
  work: (text: string, index: number) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < texts.length; start += CALLS_AT_ONCE) {
    await Promise.all(texts.slice(start, start + CALLS_AT_ONCE).map(([index, text]) => work(text, index)));
  }
}
