import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ContractDocument } from './document.ts';
import { createFormats } from './formats.ts';
import { isStorable } from './text-guard.ts';

type TextSchema = 'Email' | 'PersonName';

/** Whether a value may be stored where the contract names this schema. */
export type TextCheck = (schema: TextSchema, value: unknown) => value is string;

/** Checks text that did not come in the body of a request, such as a claim of a token, against the contract all the same. */
export function createTextCheck(document: ContractDocument): TextCheck {
  const ajv = new Ajv2020({ strict: false, formats: createFormats(document) });
  addFormats.default(ajv, { mode: 'full', formats: ['email'] });
  const validators: Readonly<Record<TextSchema, ValidateFunction>> = {
    Email: ajv.compile(document.components.schemas.Email),
    PersonName: ajv.compile(document.components.schemas.PersonName),
  };
  return (schema, value): value is string =>
    typeof value === 'string' && isStorable(value) && validators[schema](value) === true;
}
