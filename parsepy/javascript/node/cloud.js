'use strict';
// The functions of Parse.Cloud that Parse Server adds to those of the SDK.

const FORBIDDEN = /['"`]/;
const USER_TRIGGERS = ['beforeLogin', 'afterLogin', 'beforePasswordResetRequest'];
const SAVES_AND_FINDS = ['beforeSave', 'afterSave', 'beforeDelete', 'afterDelete', 'beforeFind', 'afterFind'];
const ONLY_USERS = `Only the _User class is allowed for the ${USER_TRIGGERS[0]}, ${USER_TRIGGERS[1]}, and ${USER_TRIGGERS[2]} triggers`;
const ONLY_SESSIONS = 'Only the _Session class is allowed for the afterLogout trigger.';
const NOT_FOR_SESSIONS = 'Only the afterLogout trigger is allowed for the _Session class.';
const NOT_FOR_PUSHES = 'Only afterSave is allowed on _PushStatus';

function cloudFunctions(Parse, registry, calls, log) {
  // The name of what a trigger is for: a class by its name or as a class of the SDK, files, the configuration.
  function classOf(of) {
    if (of === Parse.File) return '@File';
    if (of === Parse.Config) return '@Config';
    if (of && typeof of.className === 'string') return of.className;
    return typeof of === 'function' ? new of().className : of;
  }

  const isClass = value => typeof value === 'string' || Boolean(value && value.className);

  // A trigger of one built-in class, which need not be named.
  const trigger = (kind, className, refusal) => (...given) => {
    const [of, handler, validator] = isClass(given[0]) ? given : [className, ...given];
    if (classOf(of) !== className) throw refusal;
    registry.register({ kind, name: className }, handler, onlyLimits(validator));
  };

  const classTrigger = kind => (of, handler, validator) => {
    const name = classOf(of);
    if (name === '_Session') throw NOT_FOR_SESSIONS;
    if (kind === 'beforeSave' && name === '_PushStatus') throw NOT_FOR_PUSHES;
    registry.register({ kind, name }, handler, validator);
  };

  const named = kind => (name, handler, validator) => {
    if (!FORBIDDEN.test(name)) registry.register({ kind, name }, handler, validator);
  };

  async function sendEmail(mail) {
    const { error } = await calls.ask('mail', mail);
    if (error) log.error(error);
  }

  return {
    define: named('function'),
    job: (name, handler) => named('job')(name, handler),
    ...Object.fromEntries([...SAVES_AND_FINDS, 'beforeSubscribe'].map(kind => [kind, classTrigger(kind)])),
    ...Object.fromEntries(USER_TRIGGERS.map(kind => [kind, trigger(kind, '_User', ONLY_USERS)])),
    afterLogout: trigger('afterLogout', '_Session', ONLY_SESSIONS),
    afterLiveQueryEvent: classTrigger('afterEvent'),
    beforeConnect: (handler, validator) => registry.register({ kind: 'beforeConnect', name: '@Connect' }, handler, validator),
    onLiveQueryEvent: handler => registry.register({ kind: 'onLiveQueryEvent', name: registry.nameOfNext('onLiveQueryEvent') }, handler),
    sendEmail,
    useMasterKey: () => log.warn('Parse.Cloud.useMasterKey() does nothing: pass {useMasterKey: true} to the calls that need it.'),
  };
}

// Validators of logins are ignored but for their limits.
function onlyLimits(validator) {
  return validator && validator.rateLimit ? { rateLimit: validator.rateLimit } : undefined;
}

module.exports = { cloudFunctions };
