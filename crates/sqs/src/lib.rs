//! Amazon SQS for Cumulo.
