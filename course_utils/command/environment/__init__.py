"""Setting up, and looking whether all is well.

requirements   the packages the course asks for
obstacles      what can keep a set-up from succeeding, and what to do about it
pip            running pip, whatever the user's own settings say
setup          the environment `.venv`
variables      the variables of child processes
check          what is installed, against what is needed
"""
