//! AWS Key Management Service for Cumulo.
