'use strict';
// The cloud code behind the flows, for the real Parse Server; main.py is the same for parsepy.

Parse.Cloud.define('hello', request => `Hello ${request.params.name ?? 'world'}`);

Parse.Cloud.define('search', async request => {
  const query = new Parse.Query('Note').contains('text', request.params.text).ascending('text');
  const found = await query.find({ useMasterKey: true });
  return found.map(note => ({ note: note.toPointer(), stars: note.get('stars'), text: note.get('text') }));
});

Parse.Cloud.define('about', async request => {
  const note = await request.params.object.fetch({ useMasterKey: true });
  const query = new Parse.Query('Note').equalTo('kind', note.get('kind')).ascending('text');
  const neighbours = await query.find({ useMasterKey: true });
  const story = [
    { type: 'text', text: `${note.get('stars')} stars` },
    { type: 'keyValue', key: 'Task', value: note.get('text') },
  ];
  const rows = neighbours.map(other => ({ Task: other.get('text'), Stars: other.get('stars') }));
  const columns = [{ name: 'Task', type: 'string' }, { name: 'Stars', type: 'number' }];
  const table = { type: 'table', columns, rows };
  return { panel: { segments: [{ title: 'Story', items: story }, { title: 'Neighbours', items: [table] }] } };
}, { requireMaster: true });

Parse.Cloud.define('finish', async request => {
  const note = await request.params.object.fetch({ useMasterKey: true });
  await note.save({ isDone: true }, { useMasterKey: true });
  return `Finished ${note.get('text')}`;
}, { requireMaster: true });

Parse.Cloud.define('askColour', () => {
  const items = [{ title: 'Red', value: 'red' }, { title: 'Blue', value: 'blue' }];
  const colour = { element: 'dropDown', name: 'colour', label: 'Colour', items };
  const form = { title: 'Paint', cloudCodeFunction: 'paint', elements: [colour] };
  return { __type: 'ScriptResponse', payload: { brush: 'broad' }, form };
}, { requireMaster: true });

Parse.Cloud.define('paint', async request => {
  const { object, formData, payload } = request.params;
  await object.save({ colour: formData.colour }, { useMasterKey: true });
  return `Painted ${formData.colour} with a ${payload.brush} brush`;
}, { requireMaster: true });

Parse.Cloud.define('stumble', request => {
  throw new Parse.Error(141, `stumbled over step ${request.params.step}`);
});

Parse.Cloud.job('tidy', request => {
  request.message('looking');
  // Whoever runs a job on its page wraps its parameters; a schedule does not.
  const { bed } = { ...request.params, ...request.params.input };
  return bed ? `tidied the ${bed}` : 'tidied';
});
