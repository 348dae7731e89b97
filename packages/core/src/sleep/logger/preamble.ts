/** Lines before a log's columns; a file with more is not of the format. */
export const MAX_PREAMBLE_LINES = 4000
