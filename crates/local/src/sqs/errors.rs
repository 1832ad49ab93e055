//! SQS's errors: each has a JSON shape name and the code that its older query protocol had for it.

use crate::error::ServiceError;

pub(super) fn no_queue() -> ServiceError {
    ServiceError::sender("QueueDoesNotExist", "The specified queue does not exist.")
        .query_code("AWS.SimpleQueueService.NonExistentQueue")
}

pub(super) fn queue_name_exists() -> ServiceError {
    let message = "A queue already exists with the same name and a different value for an attribute.";
    ServiceError::sender("QueueNameExists", message).query_code("QueueAlreadyExists")
}

pub(super) fn receipt_handle_is_invalid() -> ServiceError {
    ServiceError::sender("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
        .query_code("ReceiptHandleIsInvalid")
}

pub(super) fn not_in_flight() -> ServiceError {
    let message = "Message does not exist or is not available for visibility timeout change.";
    ServiceError::sender("MessageNotInflight", message)
        .query_code("AWS.SimpleQueueService.MessageNotInflight")
}

pub(super) fn invalid_parameter(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("InvalidParameterValueException", message).query_code("InvalidParameterValue")
}

pub(super) fn invalid_attribute(name: &str) -> ServiceError {
    ServiceError::sender("InvalidAttributeName", format!("Unknown Attribute {name}."))
        .query_code("InvalidAttributeName")
}

pub(super) fn invalid_attribute_value(name: &str) -> ServiceError {
    ServiceError::sender("InvalidAttributeValue", format!("Invalid value for the parameter {name}."))
        .query_code("InvalidAttributeValue")
}

pub(super) fn unsupported(message: &str) -> ServiceError {
    ServiceError::sender("UnsupportedOperation", message)
        .query_code("AWS.SimpleQueueService.UnsupportedOperation")
}

pub(super) fn empty_batch() -> ServiceError {
    ServiceError::sender("EmptyBatchRequest", "There should be at least one entry in the request.")
        .query_code("AWS.SimpleQueueService.EmptyBatchRequest")
}

pub(super) fn too_many_entries(count: usize) -> ServiceError {
    let message = format!("Maximum number of entries per request are 10. You have sent {count}.");
    ServiceError::sender("TooManyEntriesInBatchRequest", message)
        .query_code("AWS.SimpleQueueService.TooManyEntriesInBatchRequest")
}

pub(super) fn entry_ids_not_distinct(id: &str) -> ServiceError {
    ServiceError::sender("BatchEntryIdsNotDistinct", format!("Id {id} repeated."))
        .query_code("AWS.SimpleQueueService.BatchEntryIdsNotDistinct")
}

pub(super) fn batch_too_long(length: usize) -> ServiceError {
    let message =
        format!("Batch requests cannot be longer than 1048576 bytes. You have sent {length} bytes.");
    ServiceError::sender("BatchRequestTooLong", message)
        .query_code("AWS.SimpleQueueService.BatchRequestTooLong")
}

/// Gives the shared JSON reader's findings the names that SQS has for them.
pub(super) fn in_sqs_terms(error: ServiceError) -> ServiceError {
    match (error.code.as_ref(), error.query_code) {
        ("ValidationException", None) => {
            ServiceError { code: "MissingRequiredParameterException".into(), ..error }
                .query_code("MissingParameter")
        }
        _ => error,
    }
}
