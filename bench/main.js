Parse.Cloud.define('hello', request => `Hello ${request.params.name}`);

Parse.Cloud.beforeSave('Hooked', request => {
  if (request.object.get('score') > 1000000) throw new Parse.Error(142, 'No cheating!');
  request.object.set('checked', true);
});
