/** Says where the polls are that somebody looks for among the dead letters in vain. */
export const WHERE_FAILED_POLLS_ARE = `A poll that failed, expired or was exhausted has an outcome. It is a dead letter
only if its message delivers the outcome nowhere. To see those polls:
  request-poller list --state failed,expired,exhausted
To poll again, submit the message with a new pollId.`;
