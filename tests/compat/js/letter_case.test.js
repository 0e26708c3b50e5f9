// User names and addresses that differ in case only. The reference runs this file on PostgreSQL.
'use strict';

const { test } = require('node:test');
const { Parse, PASSWORD, unique, person, refuses } = require('./support');

test('a username in other letters is taken', async () => {
  const user = await person();
  const again = Parse.User.signUp(user.getUsername().toUpperCase(), PASSWORD);

  await refuses(Parse.Error.USERNAME_TAKEN, again, 'Account already exists for this username.');
});

test('an e-mail address in other letters is taken', async () => {
  const email = `${unique('mail')}@example.org`;
  await person({ email });

  await refuses(
    Parse.Error.EMAIL_TAKEN,
    person({ email: email.toUpperCase() }),
    'Account already exists for this email address.',
  );
});

test('logging in tells letters apart', async () => {
  const user = await person();

  await refuses(Parse.Error.OBJECT_NOT_FOUND, Parse.User.logIn(user.getUsername().toUpperCase(), PASSWORD));
});
