#ifndef C_LINUX_SHIM_H
#define C_LINUX_SHIM_H

// What the system offers and Swift's Glibc module does not import.

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

// Declared by <sys/socket.h> for GNU sources only. That header is not included, since its contents would then belong to
// this module and no longer to Glibc. The address is a struct sockaddr.
extern int clinux_accept4(int descriptor, void *address, uint32_t *length, int flags) __asm__("accept4");

// Declared by <malloc.h>, whose contents partly belong to Glibc's <stdlib.h>.
extern int clinux_mallopt(int parameter, int value) __asm__("mallopt");
extern int clinux_malloc_trim(uintptr_t left) __asm__("malloc_trim");

// M_ARENA_MAX
static const int clinux_arena_max = -8;

// struct epoll_event is packed on some processors, which Swift cannot express.
struct clinux_event {
    uint64_t id;
    uint32_t events;
};

static const uint32_t clinux_readable = EPOLLIN;
static const uint32_t clinux_writable = EPOLLOUT;
static const uint32_t clinux_peer_ended = EPOLLRDHUP;
static const uint32_t clinux_hung_up = EPOLLHUP;
static const uint32_t clinux_failed = EPOLLERR;
static const uint32_t clinux_edges = EPOLLET;

static inline int clinux_epoll_open(void) {
    return epoll_create1(EPOLL_CLOEXEC);
}

static inline int clinux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t id) {
    struct epoll_event event = {.events = events, .data = {.u64 = id}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

static inline int clinux_epoll_modify(int epoll, int descriptor, uint32_t events, uint64_t id) {
    struct epoll_event event = {.events = events, .data = {.u64 = id}};
    return epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event);
}

static inline int clinux_epoll_remove(int epoll, int descriptor) {
    struct epoll_event event = {0};
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event);
}

// Waits up to so many milliseconds, without bound if they are negative. Returns how many events were written.
static inline int clinux_epoll_wait(int epoll, struct clinux_event *events, int capacity, int milliseconds) {
    struct epoll_event taken[256];
    int count = epoll_wait(epoll, taken, capacity < 256 ? capacity : 256, milliseconds);
    for (int index = 0; index < count; index++) {
        events[index].id = taken[index].data.u64;
        events[index].events = taken[index].events;
    }
    return count < 0 ? 0 : count;
}

static inline int clinux_eventfd(void) {
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

#endif
