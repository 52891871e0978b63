//! A line in, a line out, over the module's own memory.
