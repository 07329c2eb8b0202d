//! The kinds of faults, and the points at which they happen.

/// A fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A request reaches the engine late.
    Delay,
    /// The connection is cut before the engine has the request.
    LostRequest,
    /// The engine has done what was asked, and the connection is cut before its answer.
    LostAnswer,
    /// The engine answers 500 and has done nothing.
    InternalError,
    /// The engine answers 503 and has done nothing.
    Unavailable,
    /// The table answers that its throughput was exceeded.
    Throttled,
    /// The table answers a batch in part, and names the rest as unprocessed.
    PartialBatch,
    /// Messages are handed to two invocations at the same time.
    DoubledMessages,
    /// Messages are handed over after others that came later.
    LateMessages,
    /// The process of an invocation is killed.
    KilledFunction,
    /// A process is started with a clock that is behind.
    ClockBehind,
    /// A process is started with a clock that is ahead.
    ClockAhead,
}

impl Fault {
    /// Returns its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delay => "request delayed",
            Self::LostRequest => "cut before the request",
            Self::LostAnswer => "cut before the answer",
            Self::InternalError => "answered 500",
            Self::Unavailable => "answered 503",
            Self::Throttled => "throughput exceeded",
            Self::PartialBatch => "batch done in part",
            Self::DoubledMessages => "messages handed over twice",
            Self::LateMessages => "messages out of order",
            Self::KilledFunction => "killed",
            Self::ClockBehind => "clock behind",
            Self::ClockAhead => "clock ahead",
        }
    }
}

/// A point at which faults happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// Between a function and the database: each piece that is sent, about a statement.
    Database,
    /// Before the hot table.
    DynamoDb,
    /// Before the hot table, of a batch of more than one item.
    DynamoDbBatch,
    /// Before the buckets; clients send their bytes there, too.
    S3,
    /// Before the queues.
    Sqs,
    /// Between a queue and its worker: each batch of messages.
    Delivery,
    /// Each invocation of a function.
    Invocation,
    /// Each start of a function's process.
    Clock,
}

impl Point {
    /// Every point. The sequence of each is by its place: new ones come last.
    pub const ALL: [Self; 8] = [
        Self::Database,
        Self::DynamoDb,
        Self::DynamoDbBatch,
        Self::S3,
        Self::Sqs,
        Self::Delivery,
        Self::Invocation,
        Self::Clock,
    ];

    /// Returns its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::DynamoDb => "hot table",
            Self::DynamoDbBatch => "hot table, batches",
            Self::S3 => "buckets",
            Self::Sqs => "queues",
            Self::Delivery => "delivery of messages",
            Self::Invocation => "functions",
            Self::Clock => "clocks",
        }
    }

    /// Returns the point of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|point| point.name() == name)
    }

    /// Returns the faults that happen there.
    pub fn faults(self) -> &'static [Fault] {
        match self {
            Self::Database => &[Fault::Delay, Fault::LostRequest, Fault::LostAnswer],
            Self::DynamoDb => &[
                Fault::Delay,
                Fault::LostRequest,
                Fault::LostAnswer,
                Fault::InternalError,
                Fault::Throttled,
            ],
            Self::DynamoDbBatch => &[Fault::PartialBatch, Fault::Throttled],
            Self::S3 | Self::Sqs => &[
                Fault::Delay,
                Fault::LostRequest,
                Fault::LostAnswer,
                Fault::InternalError,
                Fault::Unavailable,
            ],
            Self::Delivery => &[Fault::DoubledMessages, Fault::LateMessages],
            Self::Invocation => &[Fault::KilledFunction],
            Self::Clock => &[Fault::ClockBehind, Fault::ClockAhead],
        }
    }

    /// Returns the multiple of the rate at which faults happen there: a request has a dozen
    /// statements and one invocation, few batches of messages are delivered, and few processes
    /// are started.
    pub fn share(self) -> f64 {
        match self {
            Self::Database => 0.3,
            Self::DynamoDb | Self::S3 | Self::Sqs | Self::Invocation => 1.0,
            Self::DynamoDbBatch | Self::Delivery | Self::Clock => 5.0,
        }
    }
}
