//! Where a service lives: AWS partitions, regions and service endpoints.
