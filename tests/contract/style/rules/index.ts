import type { Rule } from '../rule.ts';
import { answerRules } from './answers.ts';
import { componentRules } from './components.ts';
import { descriptionRules } from './descriptions.ts';
import { exampleRules } from './examples.ts';
import { listRules } from './lists.ts';
import { namingRules } from './naming.ts';
import { problemRules } from './problems.ts';
import { requestRules } from './requests.ts';
import { schemaRules } from './schemas.ts';
import { securityRules } from './security.ts';
import { statusRules } from './statuses.ts';

/** Every rule, by subject. */
export const rules: Readonly<Record<string, readonly Rule[]>> = {
  naming: namingRules,
  descriptions: descriptionRules,
  security: securityRules,
  requests: requestRules,
  statuses: statusRules,
  answers: answerRules,
  problems: problemRules,
  lists: listRules,
  schemas: schemaRules,
  components: componentRules,
  examples: exampleRules,
};
