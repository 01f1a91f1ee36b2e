"""Programs that are measured or make load, each in a process of its own. Each takes its order as one JSON object on
standard input and answers with one JSON object on standard output."""
