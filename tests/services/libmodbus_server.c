/* A Modbus device by libmodbus: `libmodbus_server tcp PORT SILENT LATEST` or `libmodbus_server rtu DEVICE UNIT LATEST`.
 *
 * Input registers hold floats 1.5 n − 20, holding registers their own number, coils n % 3 == 0, discrete inputs n % 2.
 * SILENT: a unit that is never answered (0: none). LATEST: each answer waits a random time up to so many ms.
 * On TCP it answers every unit; on a serial line libmodbus answers UNIT alone. */

#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#define CELLS 1000

static modbus_mapping_t *filled(void) {
    modbus_mapping_t *cells = modbus_mapping_new(CELLS, CELLS, CELLS, CELLS);
    for (int i = 0; cells != NULL && i < CELLS; i++) {
        cells->tab_registers[i] = (uint16_t)i;
        cells->tab_bits[i] = i % 3 == 0;
        cells->tab_input_bits[i] = i % 2;
    }
    for (int i = 0; cells != NULL && i + 1 < CELLS; i += 2) {
        /* Not by modbus_set_float_abcd: in libmodbus 3.1.6 it swaps the bytes of each register. */
        float value = 1.5f * (float)(i / 2) - 20.0f;
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        cells->tab_input_registers[i] = (uint16_t)(bits >> 16);
        cells->tab_input_registers[i + 1] = (uint16_t)bits;
    }
    return cells;
}

/* One request: 0 if it was answered or left alone, −1 if the connection is gone. */
static int serve(modbus_t *context, modbus_mapping_t *cells, int silent, int latest) {
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    int length = modbus_receive(context, query);
    if (length < 0) {
        return -1;
    }
    int unit = query[modbus_get_header_length(context) - 1];
    if (length == 0 || (silent != 0 && unit == silent)) {
        return 0;
    }
    if (latest > 0) {
        usleep((useconds_t)(rand() % (1000 * latest)));
    }
    return modbus_reply(context, query, length, cells) < 0 ? -1 : 0;
}

static int serve_tcp(int port, int silent, int latest) {
    modbus_t *context = modbus_new_tcp("127.0.0.1", port);
    modbus_mapping_t *cells = filled();
    int door = context == NULL ? -1 : modbus_tcp_listen(context, 128);
    if (door < 0 || cells == NULL) {
        fprintf(stderr, "can't listen: %s\n", modbus_strerror(errno));
        return 1;
    }
    fd_set open;
    FD_ZERO(&open);
    FD_SET(door, &open);
    int highest = door;
    for (;;) {
        fd_set ready = open;
        if (select(highest + 1, &ready, NULL, NULL, NULL) < 0) {
            return 1;
        }
        for (int fd = 0; fd <= highest; fd++) {
            if (!FD_ISSET(fd, &ready)) {
                continue;
            }
            if (fd == door) {
                int caller = modbus_tcp_accept(context, &door);
                if (caller >= 0 && caller < FD_SETSIZE) {
                    FD_SET(caller, &open);
                    highest = caller > highest ? caller : highest;
                }
                continue;
            }
            modbus_set_socket(context, fd);
            if (serve(context, cells, silent, latest) < 0) {
                close(fd);
                FD_CLR(fd, &open);
            }
        }
    }
}

static int serve_rtu(const char *device, int unit, int latest) {
    modbus_t *context = modbus_new_rtu(device, 19200, 'N', 8, 1);
    modbus_mapping_t *cells = filled();
    if (context == NULL || cells == NULL || modbus_set_slave(context, unit) < 0 || modbus_connect(context) < 0) {
        fprintf(stderr, "can't open %s: %s\n", device, modbus_strerror(errno));
        return 1;
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        serve(context, cells, 0, latest);
    }
}

int main(int count, char **words) {
    if (count != 5) {
        fprintf(stderr, "libmodbus_server tcp PORT SILENT LATEST | rtu DEVICE UNIT LATEST\n");
        return 2;
    }
    srand(11);
    int number = atoi(words[3]), latest = atoi(words[4]);
    return strcmp(words[1], "tcp") == 0 ? serve_tcp(atoi(words[2]), number, latest)
                                        : serve_rtu(words[2], number, latest);
}
