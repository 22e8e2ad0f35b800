import { createGeneratorSync, type Random } from 'json-schema-faker';
import type { ContractDocument } from '../../src/contract/document.ts';

/** Makes a value that is valid under a schema of the contract. */
export type Generate = (schema: object) => unknown;

/** Lists of a handful say as much as lists of a hundred, and are made in a fraction of the time. */
const LONGEST_LIST = 10;

/** Levels of references and of objects inside objects. What is deeper comes out as null; the contract is less deep. */
const DEEPEST = 16;

/** The formats that the generator does not bring. */
const FORMATS = {
  'time-zone': (random: Random): string =>
    random.pick(['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Australia/Lord_Howe']),
};

/** Every field is there, every instant lies in this decade; beyond that, whatever the schema allows. */
export function createGenerator(document: ContractDocument, seed: number): Generate {
  const generator = createGeneratorSync({
    seed,
    alwaysFakeOptionals: true,
    maxItems: LONGEST_LIST,
    maxDepth: DEEPEST,
    minDateTime: '2020-01-01',
    maxDateTime: '2029-12-31',
    formats: FORMATS,
  });
  // References start at the root of the schema, so the contract's components go with it.
  return (schema) => generator.generate({ ...schema, components: document.components } as never);
}
