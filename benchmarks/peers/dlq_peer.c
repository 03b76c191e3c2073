/* Reads a queue as a look at dead letters does: every message is delivered and held, and all go back at the end.
 *
 *     gcc -O2 dlq_peer.c -lrabbitmq -o dlq_peer
 *     AMQP_PORT=5672 ./dlq_peer MESSAGES [QUEUE]
 *
 * Prints the seconds from the connection to the last message, and the rate. No prefetch limit: the broker may send as
 * fast as it can. */
#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void check(amqp_rpc_reply_t reply, const char *what) {
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) return;
    fprintf(stderr, "%s failed: %s\n", what, amqp_error_string2(reply.library_error));
    exit(1);
}

int main(int count, char **arguments) {
    long wanted = count > 1 ? atol(arguments[1]) : 1000;
    const char *queue = count > 2 ? arguments[2] : "events.dlq";
    double start = now();
    amqp_connection_state_t connection = amqp_new_connection();
    amqp_socket_t *socket = amqp_tcp_socket_new(connection);
    if (socket == NULL || amqp_socket_open(socket, "127.0.0.1", atoi(getenv("AMQP_PORT"))) != 0) {
        fprintf(stderr, "no connection\n");
        return 1;
    }
    check(amqp_login(connection, "/", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest"), "login");
    amqp_channel_open(connection, 1);
    check(amqp_get_rpc_reply(connection), "channel");
    amqp_basic_consume(connection, 1, amqp_cstring_bytes(queue), amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
    check(amqp_get_rpc_reply(connection), "consume");
    unsigned long bytes = 0;
    for (long number = 0; number < wanted; number++) {
        amqp_envelope_t envelope;
        amqp_maybe_release_buffers(connection);
        check(amqp_consume_message(connection, &envelope, NULL, 0), "receive");
        bytes += envelope.message.body.len;
        amqp_destroy_envelope(&envelope);
    }
    double seconds = now() - start;
    amqp_channel_close(connection, 1, AMQP_REPLY_SUCCESS);
    amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(connection);
    printf("%ld messages, %lu bytes, %.3f s, %.1f msg/s\n", wanted, bytes, seconds, wanted / seconds);
    return 0;
}
