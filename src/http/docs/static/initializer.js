// Starts Swagger UI on the contract of the server that this page comes from.

const darkScheme = matchMedia('(prefers-color-scheme: dark)');
const followScheme = () => document.documentElement.classList.toggle('dark-mode', darkScheme.matches);
darkScheme.addEventListener('change', followScheme);
followScheme();

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

/** Parameters of the whole contract, wherever they are written out. */
function listParameters({ paths, components }) {
  const items = Object.values(paths);
  const operations = items.flatMap((item) => METHODS.map((method) => item[method] ?? {}));
  const inline = [...items, ...operations].flatMap((part) => part.parameters ?? []);
  return [
    ...Object.values(components.parameters ?? {}),
    ...inline.filter((parameter) => !('$ref' in parameter)),
  ];
}

/**
 * Swagger UI fills a form with the examples. For an optional parameter that asks for something nobody wanted, such as
 * the version 3 of a task that is still at 1; so those examples become part of the text.
 */
function describeOptionalExamples(contract) {
  const changed = structuredClone(contract);
  for (const parameter of listParameters(changed)) {
    if (parameter.required || parameter.example === undefined) continue;
    const example = [parameter.example].flat().join(', ');
    parameter.description = `${parameter.description ?? ''}\n\nExample: \`${example}\``;
    delete parameter.example;
  }
  return changed;
}

const taskpact = () => ({
  statePlugins: {
    spec: {
      wrapActions: {
        updateJsonSpec: (original) => (contract) => original(describeOptionalExamples(contract)),
      },
    },
  },
  wrapComponents: {
    // There is one server, this one, and the page may not speak to another.
    ServersContainer: () => () => null,
    oauth2: withLoginHint,
  },
});

/** Says what Swagger UI's own text (hidden by style.css) can't know. */
function withLoginHint(Original, { React }) {
  const hint =
    'Log in with the e-mail address and the password of an account. Choose scopes to limit the session to them; ' +
    'with none chosen it gets all that the account has.';
  return (props) =>
    React.createElement(
      React.Fragment,
      null,
      React.createElement('p', null, hint),
      React.createElement(Original, props),
    );
}

SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [taskpact],
  layout: 'BaseLayout',
  deepLinking: true,
  displayOperationId: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  // No badge from a validator elsewhere.
  validatorUrl: null,
});
