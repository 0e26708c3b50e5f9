'use strict';
// The reference's side of validators.py: keep the two alike.

const params = request => request.params;

Parse.Cloud.define('user', params, { requireUser: true });
Parse.Cloud.define('master', params, { requireMaster: true });
Parse.Cloud.define('userAndMaster', params, { requireUser: true, requireMaster: true });
Parse.Cloud.define('userForMasterToo', params, { requireUser: true, validateMasterKey: true });
Parse.Cloud.define('masterChecked', params, { requireMaster: true, validateMasterKey: true });

Parse.Cloud.define('anyRole', params, { requireAnyUserRoles: ['VdEditors', 'VdAdmins'] });
Parse.Cloud.define('anyRoleByFunction', params, { requireAnyUserRoles: () => ['VdEditors'] });
Parse.Cloud.define('allRoles', params, { requireAllUserRoles: ['VdEditors', 'VdAdmins'] });
Parse.Cloud.define('allRolesLater', params, { requireAllUserRoles: async () => ['VdEditors'] });

Parse.Cloud.define('userKeys', params, { requireUserKeys: ['phone', 'city'] });
Parse.Cloud.define('userKeyOptions', params, {
  requireUserKeys: { kind: { options: ['a', 'b'], error: 'Be a or b.' }, level: { options: [1, 2] } },
});

Parse.Cloud.define('list', params, { fields: ['a', 'b'] });
Parse.Cloud.define('listForMasterToo', params, { fields: ['a'], validateMasterKey: true });
Parse.Cloud.define('types', params, {
  fields: {
    text: { type: String },
    number: { type: Number },
    flag: { type: Boolean },
    list: { type: Array },
    map: { type: Object },
  },
});
Parse.Cloud.define('required', params, { fields: { a: { required: true, type: Number }, b: { required: true } } });
Parse.Cloud.define('defaults', params, {
  fields: { a: { default: 5 }, b: { default: 'x', type: String }, c: { default: 1, required: true }, d: { default: false } },
});
Parse.Cloud.define('options', params, {
  fields: {
    a: { options: ['x', 'y'] },
    b: { options: 'only' },
    c: { options: [1, 2], error: 'One or two.' },
    d: { options: [true, false] },
  },
});
Parse.Cloud.define('optionFunctions', params, {
  fields: {
    a: { options: value => value > 1 },
    b: { options: value => value > 1, error: 'More than one.' },
    c: {
      options: value => {
        if (value < 2) throw new Error('Own words.');
      },
    },
    d: { options: async value => value === 'd' },
  },
});
Parse.Cloud.define('typeAndOptions', params, {
  fields: { a: { required: true, type: String, options: ['x'], error: 'Only x.' } },
});
Parse.Cloud.define('many', params, {
  requireUser: true,
  fields: { a: { required: true }, b: { required: true } },
  requireUserKeys: ['phone'],
});

Parse.Cloud.define('byFunction', params, request => {
  const { how, message } = request.params;
  if (how === 'parse') throw new Parse.Error(4242, message);
  if (how === 'plain') throw new Error(message);
  if (how === 'false') return false;
});
Parse.Cloud.define('byAsyncFunction', params, async request => {
  if (!request.user) throw new Error('Nobody is here.');
});

Parse.Cloud.beforeSave('VdTyped', () => {}, {
  fields: {
    n: { type: Number, required: true },
    kind: { options: ['a', 'b'], default: 'a' },
    text: { type: String },
  },
});
Parse.Cloud.beforeSave('VdConstant', () => {}, { fields: { fixed: { constant: true, default: 7 }, kept: { constant: true } } });
Parse.Cloud.beforeSave('VdUser', request => { request.object.set('ran', true); }, { requireUser: true });
Parse.Cloud.beforeSave('VdMaster', request => { request.object.set('ran', true); }, { requireMaster: true });
Parse.Cloud.beforeSave('VdSkipped', request => { request.object.set('ran', true); }, { skipWithMasterKey: true });
Parse.Cloud.beforeSave('VdListed', () => {}, { fields: ['a', 'b'] });
Parse.Cloud.beforeSave('VdFunction', () => {}, request => {
  if (request.object.get('bad')) throw new Error('It is bad.');
});
Parse.Cloud.afterSave('VdAfter', () => ({ from: 'afterSave' }), { requireUser: true });
Parse.Cloud.beforeDelete('VdDelete', () => {}, { requireUser: true });
Parse.Cloud.afterDelete('VdAfterDelete', () => {}, { requireUser: true });
Parse.Cloud.beforeFind('VdFind', () => {}, { requireUser: true });
Parse.Cloud.afterFind('VdAfterFind', request => request.objects, { requireUser: true });
Parse.Cloud.beforeSave('_User', () => {}, {
  requireUser: true,
  fields: { phone: { type: String } },
  requireUserKeys: { kind: { options: ['a', 'b'], error: 'Be a or b.' } },
});
