internal import Authentication
internal import Platform

/// What the frontend is doing at a given moment.
struct StatusReport {
    /// A mechanism and its workers.
    struct Mechanism {
        let route: String
        let counters: MechanismCounters
        let workers: [Worker]
        /// How many requests wait for a worker.
        let queue: Int
        /// How many ready workers exited by themselves or were killed.
        let lost: Int
    }

    struct Worker {
        enum State: String, CaseIterable {
            case starting, idle, busy, leaving
        }

        /// `nil` while unknown.
        let process: UInt32?
        let state: State
        let requests: Int
        let served: Int
    }

    struct Cache {
        let entries: Int
        let hits: Int
        let misses: Int
    }

    struct Clients {
        let connected: Int
        let waiting: Int
        let limit: Int
        /// How many were deferred.
        let turnedAway: Int
        /// How many requests were invalid.
        let malformed: Int
    }

    /// Connections of clients of Dovecot's authentication protocol, which keep them for many logins.
    struct Dovecot {
        /// Without a login that waits for an answer.
        let idle: Int
        let busy: Int
        let limit: Int
    }

    struct Throttle {
        let logins: Int
        let addresses: Int
        let waiting: Int
        /// How many requests were deferred because of others for the same login.
        let turnedAway: Int
    }

    struct Process {
        /// The master's process id.
        let pid: Int32
        /// The time since the master started, and since this frontend started, in milliseconds.
        let uptime: Int
        let counting: Int
        /// How many earlier frontends exited unexpectedly since the settings were read.
        let restarts: Int
    }

    let process: Process
    let now: Instant
    let mechanisms: [Mechanism]
    /// `nil` without `-c`.
    let cache: Cache?
    /// How many requests the cache accepted because the mechanism gave no verdict.
    let forgiven: Int
    /// The replies to clients.
    let logins: AnswerTally
    let clients: Clients
    /// `nil` without `--dovecot`.
    let dovecot: Dovecot?
    /// `nil` with `--throttle off`.
    let throttle: Throttle?
}
