//! AWS Security Token Service for Cumulo.
