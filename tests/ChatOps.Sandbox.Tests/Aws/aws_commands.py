"""Debian's AWS command line client, imported once: each command runs in a fork of its own, for importing it takes longer than most calls.

Reads a JSON object a line from standard input, {"arguments": [...], "environment": {...}}, and answers with one a line,
{"code": 0, "output": "...", "error": "..."}.
"""

import json
import os
import sys
import tempfile

import awscli.clidriver

# Loads all that the client would load before its first call.
awscli.clidriver.create_clidriver()


def run(arguments, environment, output, error):
    """Never returns: the fork ends with the client's exit code."""
    code = 255
    try:
        os.environ.update(environment)
        os.dup2(output.fileno(), 1)
        os.dup2(error.fileno(), 2)
        sys.argv = ["aws", *arguments]
        code = awscli.clidriver.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 255
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


for line in sys.stdin:
    command = json.loads(line)
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as error:
        fork = os.fork()
        if fork == 0:
            run(command["arguments"], command["environment"], output, error)
        code = os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1])
        answer = {"code": code}
        for name, file in (("output", output), ("error", error)):
            file.seek(0)
            answer[name] = file.read().decode()
        print(json.dumps(answer), flush=True)
