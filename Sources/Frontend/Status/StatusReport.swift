internal import Authentication
internal import Platform

/// What the frontend is doing at one moment, for people and for programs.
struct StatusReport {
    /// One mechanism and its workers.
    struct Mechanism {
        let route: String
        let counters: MechanismCounters
        let workers: [Worker]
        /// How many requests wait for a worker.
        let queue: Int
        /// How many workers have ended while they had requests in hand.
        let lost: Int
    }

    struct Worker {
        enum State: String, CaseIterable {
            case starting, idle, busy, leaving
        }

        /// `nil` while it is not known.
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
        /// How many were told to come later.
        let turnedAway: Int
        /// How many requests were not understood.
        let malformed: Int
    }

    struct Throttle {
        let logins: Int
        let addresses: Int
        let waiting: Int
        /// How many requests were told to come later because of others at the same login.
        let turnedAway: Int
    }

    struct Process {
        /// The master's.
        let pid: Int32
        /// How long ago the master was started, and this frontend, in milliseconds.
        let uptime: Int
        let counting: Int
        /// How many frontends before this one have ended unexpectedly, since the settings were read.
        let restarts: Int
    }

    let process: Process
    let now: Instant
    let mechanisms: [Mechanism]
    /// `nil` without `-c`.
    let cache: Cache?
    /// How many were accepted by the cache because the mechanism could not tell.
    let forgiven: Int
    /// What clients were answered.
    let logins: AnswerTally
    let clients: Clients
    /// `nil` with `--throttle off`.
    let throttle: Throttle?
}
