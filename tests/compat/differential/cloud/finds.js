'use strict';
// The reference's side of finds.py: keep the two alike.

// What is hidden is not found, and what is found is marked.
Parse.Cloud.beforeFind('HookedByFinds', request => {
  request.query.equalTo('hidden', false);
});

Parse.Cloud.afterFind('HookedByFinds', request => {
  request.objects.forEach(object => object.set('marked', object.get('name') + '!'));
  return request.objects;
});
