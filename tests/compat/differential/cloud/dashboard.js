// What people give the dashboard to call: the info panel, scripts on rows, a view, jobs; dashboard.py does the same.

Parse.Cloud.define('panel', async request => {
  const shown = await request.params.object.fetch({ useMasterKey: true });
  return {
    panel: {
      segments: [
        { title: 'Purchases', items: [{ type: 'text', text: shown.get('name') }, { type: 'keyValue', key: 'id', value: shown.id }] },
      ],
    },
  };
});

Parse.Cloud.define('archive', async request => {
  const row = request.params.object;
  row.set('archived', true);
  await row.save(null, { useMasterKey: true });
  return 'archived';
});

Parse.Cloud.define('form', () => ({
  __type: 'ScriptResponse',
  form: { title: 'How many?', elements: [{ elementType: 'dropDown', name: 'count', label: 'Count', items: [{ title: 'One', value: 1 }] }] },
  payload: { from: 'form' },
}));

Parse.Cloud.define('refuses', () => {
  throw new Parse.Error(1234, 'not this row');
});

Parse.Cloud.define('totals', async () => [
  { kind: 'a', amount: 3, nested: { deep: true } },
  { kind: 'b', amount: 4, at: new Date('2020-01-02T03:04:05.678Z') },
]);

Parse.Cloud.job('sweep', async request => {
  await request.message('sweeping');
  return 'swept';
});

Parse.Cloud.job('breaks', async () => {
  throw new Error('it broke');
});
