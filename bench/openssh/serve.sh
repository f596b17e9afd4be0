#!/bin/sh
# The forced command of a key: serve.sh <settings> <fingerprint, encoded for a path>
# Now the app is known, and so the controller is asked whether this key may push to it.
. "$1"

refuse() {
  echo "denied: $1" >&2
  exit 1
}

case $SSH_ORIGINAL_COMMAND in
  "git-receive-pack '"*"'") ;;
  *) refuse 'only git push is served here' ;;
esac
app=${SSH_ORIGINAL_COMMAND#*\'}
app=${app%\'}
app=${app#/}
app=${app%.git}
case $app in
  '' | *[!a-z0-9-]*) refuse 'that is no name of an app' ;;
esac

reply=$(curl -sf --max-time 10 -H "@$headers" "$controller/v2/hooks/key/$2?app=$app") ||
  refuse 'the controller did not vouch for this key'
case $reply in
  *"\"$app\""*) exec git receive-pack "$repositories/$app.git" ;;
  *) refuse "this key may not push to $app" ;;
esac
