// Jobs; jobs.py does the same.

Parse.Cloud.job('quick', async () => 'all done');

Parse.Cloud.job('silent', async () => undefined);

Parse.Cloud.job('counted', async () => 42);

Parse.Cloud.job('talks', async request => {
  await request.message('half way');
});

Parse.Cloud.job('fails', async () => {
  throw new Error('it broke');
});

Parse.Cloud.job('refuses', async () => {
  throw new Parse.Error(1234, 'not today');
});

Parse.Cloud.job('tells', async request => {
  const seen = new Parse.Object('Seen');
  await seen.save(
    {
      what: request.params.what,
      jobName: request.jobName,
      hasId: Boolean(request.jobId),
      number: request.params.number,
      isDate: request.params.day instanceof Date,
      source: String(request.params.source),
    },
    { useMasterKey: true }
  );
  return 'told';
});

Parse.Cloud.job('never started', async () => 'no');

Parse.Cloud.define('starting', async request => {
  const id = await Parse.Cloud.startJob(request.params.job, request.params);
  let status = await Parse.Cloud.getJobStatus(id);
  while (status.get('status') === 'running') {
    await new Promise(resolve => setTimeout(resolve, 20));
    status = await Parse.Cloud.getJobStatus(id);
  }
  return { isText: typeof id === 'string', status: status.get('status'), message: status.get('message') };
});

Parse.Cloud.define('named', async () => (await Parse.Cloud.getJobsData()).jobs);
