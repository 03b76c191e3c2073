#ifndef C_MICROHTTPD_SHIM_H
#define C_MICROHTTPD_SHIM_H

#include <microhttpd.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

// The type of MHD_OPTION_URI_LOG_CALLBACK, for which the library has no name.
typedef void *(*CMicrohttpdTargetCallback)(void *context, const char *target, struct MHD_Connection *connection);

// MHD_OPTION_UNESCAPE_CALLBACK: targets are decoded in Swift.
static inline size_t cmicrohttpd_keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return strlen(text);
}

// MHD_start_daemon is variadic. `key` and `certificate` are both NULL for plain HTTP; they have to outlive the daemon.
static inline struct MHD_Daemon *cmicrohttpd_start(
    unsigned int flags, MHD_AccessHandlerCallback access, CMicrohttpdTargetCallback target,
    MHD_RequestCompletedCallback completed, MHD_NotifyConnectionCallback connection, void *context,
    size_t memory_of_connection, unsigned int max_connections, const char *key, const char *certificate) {
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)key},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)certificate},
        {MHD_OPTION_END, 0, NULL},
    };
    return MHD_start_daemon(
        flags, 0, NULL, NULL, access, context,
        MHD_OPTION_URI_LOG_CALLBACK, target, context,
        MHD_OPTION_UNESCAPE_CALLBACK, cmicrohttpd_keep_escapes, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, completed, context,
        MHD_OPTION_NOTIFY_CONNECTION, connection, context,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory_of_connection,
        MHD_OPTION_CONNECTION_LIMIT, max_connections,
        MHD_OPTION_STRICT_FOR_CLIENT, 0,
        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_ARRAY, key == NULL ? tls + 2 : tls,
        MHD_OPTION_END);
}

// The MHD_get_*_info functions are variadic.
static inline int cmicrohttpd_epoll_descriptor(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info == NULL ? -1 : info->epoll_fd;
}

static inline void *cmicrohttpd_socket_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

static inline size_t cmicrohttpd_head_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info == NULL ? 0 : info->header_size;
}

// MHD_set_response_options is variadic. Has an answer of unknown length be sent without chunks, up to the connection's
// end.
static inline int cmicrohttpd_send_without_chunks(struct MHD_Response *response) {
    return MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END) == MHD_YES;
}

// A macro with a cast, which Swift does not import.
static const uint64_t cmicrohttpd_size_unknown = MHD_SIZE_UNKNOWN;

// Declared by <sys/socket.h> for GNU sources only.
extern int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);

// epoll is in none of Swift's modules. These watch sockets for their peer's end, each socket once.
static inline int cmicrohttpd_hangups_open(void) {
    return epoll_create1(EPOLL_CLOEXEC);
}

static inline int cmicrohttpd_hangups_add(int hangups, int descriptor, uint64_t id) {
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLET, .data = {.u64 = id}};
    return epoll_ctl(hangups, EPOLL_CTL_ADD, descriptor, &event);
}

static inline int cmicrohttpd_hangups_remove(int hangups, int descriptor) {
    return epoll_ctl(hangups, EPOLL_CTL_DEL, descriptor, NULL);
}

// Returns how many ids were written, 0 when there are none for now.
static inline int cmicrohttpd_hangups_take(int hangups, uint64_t *ids, int capacity) {
    struct epoll_event events[64];
    int count = epoll_wait(hangups, events, capacity < 64 ? capacity : 64, 0);
    for (int index = 0; index < count; index++) {
        ids[index] = events[index].data.u64;
    }
    return count < 0 ? 0 : count;
}

#endif
