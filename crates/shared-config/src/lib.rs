//! The shared AWS config and credentials files, and the environment variables beside them.
