"""The attacks that Afterword must withstand, carried out on the real program; run them yourself."""
