/** The few things that the generated tests are told, held against the contract, so that none outlives what it is about. */
import { describe, expect, it } from 'vitest';
import { type ContractOperation, contract, operations } from '../setup/contract.ts';
import type { Schema } from '../setup/schema-checker.ts';
import { CODES, RULES } from './judge.ts';
import { bodySchemaOf, parametersOf } from './parts.ts';
import { flatten } from './schemas.ts';
import { KNOWN } from './world.ts';

describe('the tables of what cannot be derived', () => {
  const fieldsIn = (reference: Schema): string[] => {
    const { properties = {}, items } = flatten(reference);
    const inside = [...Object.values(properties), ...(items ? [items] : [])];
    return [...Object.keys(properties), ...inside.flatMap(fieldsIn)];
  };
  const fieldsOf = (operation: ContractOperation): string[] =>
    operation.mediaTypes.flatMap((type) => fieldsIn(bodySchemaOf(operation, type)));

  it('know no operation and no field that the contract does not have', () => {
    const entries = Object.entries(KNOWN).flatMap(([id, fields]) =>
      Object.keys(fields).map((name) => `${id} ${name}`),
    );
    const there = operations.flatMap((operation) =>
      fieldsOf(operation).map((name) => `${operation.operationId} ${name}`),
    );
    expect(entries.filter((entry) => !there.includes(entry))).toEqual([]);
  });

  const codes: string[] = contract.components.schemas.FieldErrorCode.enum;
  it('know no rule that the contract has no place or no code for', () => {
    const names = operations.flatMap((operation) => [
      ...fieldsOf(operation),
      ...parametersOf(operation).map(({ name }) => name),
    ]);
    expect(RULES.filter(({ name, code }) => !names.includes(name) || !codes.includes(code))).toEqual([]);
    expect(Object.values(CODES).filter((code) => !codes.includes(code))).toEqual([]);
  });
});
