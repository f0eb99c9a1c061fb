"""Setting up, and looking whether all is well.

requirements   the packages the course asks for
variables      the variables of child processes
obstacles      what can keep a set-up from succeeding, and what to do about it
pip            running pip, whatever the user's own settings say
venv           the environment `.venv` on the disk
setup          making it, or finding that none is needed
report         what a check found, as text
check          what is installed and in the way, against what is needed
"""
