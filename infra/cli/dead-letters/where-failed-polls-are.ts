/** Says where the polls are that somebody looks for among the dead letters in vain. */
export const ENDED_BADLY = `A poll that failed, expired or was exhausted has an outcome. It is a dead letter
only if its message delivers the outcome nowhere. To see those polls:
  request-poller list --state failed,expired,exhausted
To poll again, submit the message with a new pollId.`;
