// Triggers of saves whose objects are followed live; live.py does the same.

Parse.Cloud.beforeSave('Stamped', request => {
  request.object.set('stamp', request.original ? 'changed' : 'new');
});

Parse.Cloud.afterSave('Stamped', request => {
  request.object.set('late', true);
});

Parse.Cloud.beforeDelete('Stamped', request => {
  if (request.object.get('kept')) throw new Parse.Error(142, 'It stays.');
});
