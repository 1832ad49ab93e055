//! What a client makes of servers that fail, and of credentials that end: on the embedded endpoint, which can be made to.
