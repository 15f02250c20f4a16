// The tests of the Feathers adapter suite that are not run through a client,
// by reason.
const inProcess = {
  'in-process only: properties of the adapter object, which clients do not have': ['.id', '.options', '.events'],
  'in-process only: raw methods of the adapter, which go past its hooks': [
    '._get',
    '._find',
    '._create',
    '._update',
    '._patch',
    '._remove',
  ],
  'in-process only: which of its own methods the adapter calls': [
    'internal .find',
    'internal .get',
    'internal .create',
    'internal .update',
    'internal .patch',
    'internal .remove',
  ],
};

const optionsChange = {
  'in-process only: sets the option multi of the running service; run with the mode "options"': [
    '.remove + multi',
    '.remove + multi no pagination',
    '.patch multiple',
    '.patch multiple no pagination',
    '.patch multi query same',
    '.patch multi query changed',
    '.create multi',
    'params.adapter + multi',
  ],
  'in-process only: sets the option paginate of the running service; run with the mode "options"': [
    'params.adapter + paginate',
    '.find + paginate',
    '.find + paginate + query',
    '.find + paginate + $limit + $skip',
    '.find + paginate + $limit 0',
    '.find + paginate + params',
  ],
};

/** Returns the reasons by the titles of the tests that a mode leaves out. */
export function excludedFrom(mode) {
  const lists = { ...inProcess, ...(mode === 'options' ? {} : optionsChange) };
  return new Map(Object.entries(lists).flatMap(([reason, titles]) => titles.map((title) => [title, reason])));
}
