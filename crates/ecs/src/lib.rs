//! Amazon ECS for Cumulo.
