/*
 * A camera for tests, in the place of the kernel's calls. It behaves as libcamera's V4L2 compatibility layer does
 * (src/v4l2 there): open() gives an eventfd that counts finished frames, MMAP memory alone, EXPBUF duplicates a buffer's
 * descriptor, VIDIOC_DQBUF hands buffers out in the order of their numbers whichever was filled, a buffer marked as
 * damaged stays marked, no controls, no events, no frame intervals. The test changes what it wants to be otherwise.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { FILES = 8, BUFFERS = 32, MODES = 32, PICTURES = 8, CONTROLS = 16, ITEMS = 16, MAPS = 64 };

struct file {
    int fd; /* 0: free */
    int peer;
};

struct buffer {
    struct v4l2_buffer v;
    int fd;
};

struct mode {
    uint32_t fourcc;
    uint32_t width, height, fps;
};

struct control {
    struct v4l2_query_ext_ctrl q;
    int64_t value;
    int when; /* of the last setting: first, second, ... */
    int items;
    struct v4l2_querymenu item[ITEMS];
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t tick;
static pthread_t producer;

static struct file files[FILES];
static struct file *owner;
static struct buffer buffers[BUFFERS];
static int count, available, current;
static int fifo[BUFFERS], fifo_length; /* queued, the oldest first */
static int done[BUFFERS], done_length; /* filled, in the kernel's order */
static struct { void *address; size_t length; } maps[MAPS];
static struct v4l2_pix_format pix;
static struct v4l2_fract interval;
static int running, producing;
static uint32_t sequence;

/* What the test sets. */
static struct {
    long pace_us, gap, silent, unplugged, kernel_order, damaged, short_by, no_clock, hang_up;
    long open_errno, open_failures, expbuf_errno, querybuf_length_0, reqbufs_errno, reqbufs_count, streamon_errno;
    long qbuf_errno, qbuf_countdown, dqbuf_errno, dqbuf_failures;
    long fmt_errno, fmt_code, fmt_width, fmt_height, fmt_field, fmt_pad, parm_errno, parm_fps, socket, capabilities;
    long filled, starved, opened, s_ext_ctrls_errno, startup, event;
} set;

static const struct { const char *name; long *value; } keys[] = {
#define KEY(n) {#n, &set.n}
    KEY(pace_us), KEY(gap), KEY(silent), KEY(unplugged), KEY(kernel_order), KEY(damaged), KEY(short_by), KEY(no_clock),
    KEY(hang_up), KEY(open_errno), KEY(open_failures), KEY(expbuf_errno), KEY(querybuf_length_0), KEY(reqbufs_errno),
    KEY(reqbufs_count), KEY(streamon_errno), KEY(qbuf_errno), KEY(qbuf_countdown), KEY(dqbuf_errno),
    KEY(dqbuf_failures), KEY(fmt_errno), KEY(fmt_code), KEY(fmt_width), KEY(fmt_height), KEY(fmt_field), KEY(fmt_pad),
    KEY(parm_errno), KEY(parm_fps), KEY(socket), KEY(capabilities), KEY(filled), KEY(starved), KEY(opened),
    KEY(s_ext_ctrls_errno), KEY(startup), KEY(event),
};

static char driver[16], card[32], bus[32], description[32];
static struct mode modes[MODES];
static int mode_count;
static struct { uint8_t *bytes; long length; } pictures[PICTURES];
static int picture_count;
static struct control controls[CONTROLS];
static int control_count;

static int fail(int error) {
    errno = error;
    return -1;
}

static int real_close(int fd) { return syscall(SYS_close, fd); }

static struct file *file_of(int fd) {
    for (int i = 0; i < FILES; i++) {
        if (files[i].fd == fd && fd > 0) return &files[i];
    }
    return NULL;
}

static void announce(void) {
    if (owner == NULL) return;
    uint64_t one = 1;
    if (write(owner->peer > 0 ? owner->peer : owner->fd, &one, sizeof one) < 0) perror("stand-in: write");
}

static uint32_t stride_of(uint32_t fourcc, uint32_t width) {
    switch (fourcc) {
        case V4L2_PIX_FMT_MJPEG: return 0;
        case V4L2_PIX_FMT_YUYV: return 2 * width + set.fmt_pad;
        case V4L2_PIX_FMT_RGB24: return 3 * width + set.fmt_pad;
        default: return width + set.fmt_pad;
    }
}

static uint32_t size_of(uint32_t fourcc, uint32_t stride, uint32_t width, uint32_t height) {
    switch (fourcc) {
        case V4L2_PIX_FMT_MJPEG: return 2 * width * height + 4096;
        case V4L2_PIX_FMT_NV12:
        case V4L2_PIX_FMT_YUV420: return stride * height * 3 / 2;
        default: return stride * height;
    }
}

/* Byte i of frame n: the test knows this, too. */
static void paint(uint8_t *bytes, long length, uint32_t n) {
    for (long i = 0; i < length; i++) bytes[i] = n * 7 + i * 13 + (i >> 8);
}

/* With the mutex: one frame, into the buffer that has waited longest. */
static void shoot(void) {
    sequence += set.gap;
    set.gap = 0;
    uint32_t n = sequence++;
    if (!running || set.silent || set.unplugged) return;
    if (fifo_length == 0) {
        set.starved++;
        return;
    }
    int index = fifo[0];
    memmove(fifo, fifo + 1, --fifo_length * sizeof *fifo);
    struct buffer *b = &buffers[index];
    if (set.startup > 0) {
        set.startup--; /* FrameMetadata::FrameStartup: counted as available, and nothing else */
    } else if (set.damaged > 0) {
        set.damaged--;
        b->v.flags |= V4L2_BUF_FLAG_ERROR;
        if (set.kernel_order) {
            b->v.sequence = n;
        }
    } else {
        if (set.kernel_order) b->v.flags &= ~V4L2_BUF_FLAG_ERROR;
        long length = pix.sizeimage;
        static uint8_t scratch[1 << 22];
        const uint8_t *bytes = scratch;
        if (pix.pixelformat == V4L2_PIX_FMT_MJPEG) {
            int p = picture_count ? n % picture_count : 0;
            bytes = pictures[p].bytes;
            length = pictures[p].length;
        } else {
            if (length > (long) sizeof scratch) abort();
            paint(scratch, length, n);
        }
        if (pwrite(b->fd, bytes, length, 0) != length) perror("stand-in: pwrite");
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        b->v.bytesused = length - set.short_by;
        b->v.field = V4L2_FIELD_NONE;
        b->v.timestamp.tv_sec = now.tv_sec;
        b->v.timestamp.tv_usec = now.tv_nsec / 1000;
        b->v.sequence = n;
        b->v.flags |= V4L2_BUF_FLAG_DONE;
    }
    done[done_length++] = index;
    set.filled++;
    available++;
    announce();
}

static void *produce(void *ignored) {
    struct timespec due;
    pthread_mutex_lock(&mutex);
    clock_gettime(CLOCK_MONOTONIC, &due);
    while (producing) {
        if (set.pace_us <= 0) {
            pthread_cond_wait(&tick, &mutex);
            clock_gettime(CLOCK_MONOTONIC, &due);
            continue;
        }
        due.tv_nsec += set.pace_us * 1000;
        due.tv_sec += due.tv_nsec / 1000000000;
        due.tv_nsec %= 1000000000;
        while (producing && pthread_cond_timedwait(&tick, &mutex, &due) != ETIMEDOUT) {
        }
        if (producing) shoot();
    }
    pthread_mutex_unlock(&mutex);
    return ignored;
}

/* With the mutex, which it leaves for a moment. */
static void stop(void) {
    if (producing) {
        producing = 0;
        pthread_cond_broadcast(&tick);
        pthread_t p = producer;
        pthread_mutex_unlock(&mutex);
        pthread_join(p, NULL);
        pthread_mutex_lock(&mutex);
    }
    running = 0;
    fifo_length = done_length = 0;
    for (int i = 0; i < count; i++) buffers[i].v.flags &= ~(V4L2_BUF_FLAG_QUEUED | V4L2_BUF_FLAG_DONE);
}

static void free_buffers(void) {
    for (int i = 0; i < count; i++) real_close(buffers[i].fd);
    count = fifo_length = done_length = 0;
    if (set.kernel_order) available = 0; /* libcamera's layer forgets to */
}

static int mapped(void) {
    int n = 0;
    for (int i = 0; i < MAPS; i++) n += maps[i].address != NULL;
    return n;
}

/* ---- what the test calls ---- */

void standin_reset(void) {
    pthread_mutex_lock(&mutex);
    static int once;
    if (!once) {
        once = 1;
        pthread_condattr_t a;
        pthread_condattr_init(&a);
        pthread_condattr_setclock(&a, CLOCK_MONOTONIC);
        pthread_cond_init(&tick, &a);
    }
    memset(&set, 0, sizeof set);
    sequence = available = 0;
    interval.numerator = 33333;
    interval.denominator = 1000000;
    set.capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING | V4L2_CAP_EXT_PIX_FORMAT;
    strcpy(driver, "libcamera");
    strcpy(card, "/base/stand-in");
    strcpy(bus, "libcamera:0");
    strcpy(description, "Stand-in");
    mode_count = control_count = 0;
    for (int i = 0; i < picture_count; i++) free(pictures[i].bytes);
    picture_count = 0;
    memset(&pix, 0, sizeof pix);
    pthread_mutex_unlock(&mutex);
}

void standin_set(const char *key, long value) {
    pthread_mutex_lock(&mutex);
    if (strcmp(key, "sequence") == 0) {
        sequence = value;
        key = NULL;
    }
    for (size_t i = 0; key && i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(keys[i].name, key) == 0) {
            *keys[i].value = value;
            /* Errors show themselves to who polls. */
            if (value && (strcmp(key, "dqbuf_errno") == 0 || strcmp(key, "unplugged") == 0)) announce();
            if (value && strcmp(key, "event") == 0 && owner && owner->peer > 0) {
                if (send(owner->peer, "", 1, MSG_OOB) < 0) set.event = -1;
            }
            if (value && strcmp(key, "hang_up") == 0 && owner && owner->peer > 0) {
                real_close(owner->peer);
                owner->peer = -1;
            }
            key = NULL;
        }
    }
    if (key) {
        fprintf(stderr, "stand-in: no key %s\n", key);
        abort();
    }
    pthread_cond_broadcast(&tick);
    pthread_mutex_unlock(&mutex);
}

long standin_get(const char *key) {
    long value = -1;
    pthread_mutex_lock(&mutex);
    if (strcmp(key, "files") == 0) {
        value = 0;
        for (int i = 0; i < FILES; i++) value += files[i].fd > 0;
    } else if (strcmp(key, "maps") == 0) {
        value = mapped();
    } else if (strcmp(key, "buffers") == 0) {
        value = count;
    } else if (strcmp(key, "queued") == 0) {
        value = fifo_length;
    } else if (strcmp(key, "running") == 0) {
        value = running;
    } else if (strcmp(key, "interval_us") == 0) {
        value = interval.numerator * 1000000L / interval.denominator;
    } else if (strncmp(key, "control.", 8) == 0) {
        for (int i = 0; i < control_count; i++) {
            if (strcmp(controls[i].q.name, key + 8) == 0) value = controls[i].value;
        }
    } else if (strncmp(key, "when.", 5) == 0) {
        for (int i = 0; i < control_count; i++) {
            if (strcmp(controls[i].q.name, key + 5) == 0) value = controls[i].when;
        }
    } else {
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            if (strcmp(keys[i].name, key) == 0) value = *keys[i].value;
        }
    }
    pthread_mutex_unlock(&mutex);
    return value;
}

void standin_text(const char *key, const char *value) {
    pthread_mutex_lock(&mutex);
    if (strcmp(key, "driver") == 0) snprintf(driver, sizeof driver, "%s", value);
    if (strcmp(key, "card") == 0) snprintf(card, sizeof card, "%s", value);
    if (strcmp(key, "bus") == 0) snprintf(bus, sizeof bus, "%s", value);
    if (strcmp(key, "description") == 0) snprintf(description, sizeof description, "%s", value);
    pthread_mutex_unlock(&mutex);
}

void standin_mode(int fourcc, int width, int height, int fps) {
    pthread_mutex_lock(&mutex);
    modes[mode_count++] = (struct mode) {fourcc, width, height, fps};
    if (pix.width == 0) {
        pix.width = width;
        pix.height = height;
        pix.pixelformat = fourcc;
    }
    pthread_mutex_unlock(&mutex);
}

void standin_picture(const void *bytes, long length) {
    pthread_mutex_lock(&mutex);
    pictures[picture_count].bytes = malloc(length);
    pictures[picture_count].length = length;
    memcpy(pictures[picture_count++].bytes, bytes, length);
    pthread_mutex_unlock(&mutex);
}

/* From the next frame on, only pictures added later. */
void standin_forget_pictures(void) {
    pthread_mutex_lock(&mutex);
    for (int i = 0; i < picture_count; i++) free(pictures[i].bytes);
    picture_count = 0;
    pthread_mutex_unlock(&mutex);
}

void standin_control(int id, int type, const char *name, long min, long max, int flags) {
    pthread_mutex_lock(&mutex);
    struct control *c = &controls[control_count++];
    memset(c, 0, sizeof *c);
    c->q.id = id;
    c->q.type = type;
    snprintf(c->q.name, sizeof c->q.name, "%s", name);
    c->q.minimum = min;
    c->q.maximum = max;
    c->q.step = 1;
    c->q.default_value = c->value = min;
    c->q.flags = flags;
    pthread_mutex_unlock(&mutex);
}

/* An item of the control added last; a name, or a number where it has none. */
void standin_item(int index, const char *name, long value) {
    pthread_mutex_lock(&mutex);
    struct control *c = &controls[control_count - 1];
    struct v4l2_querymenu *m = &c->item[c->items++];
    memset(m, 0, sizeof *m);
    m->id = c->q.id;
    m->index = index;
    if (*name) {
        snprintf((char *) m->name, sizeof m->name, "%s", name);
    } else {
        m->value = value;
    }
    pthread_mutex_unlock(&mutex);
}

/* Frames at once, without the thread. */
void standin_shoot(long n) {
    pthread_mutex_lock(&mutex);
    while (n-- > 0) shoot();
    pthread_mutex_unlock(&mutex);
}

/* ---- the calls ---- */

int open(const char *path, int flags, ...) {
    if (strncmp(path, "/dev/video", 10) != 0) return fail(ENOENT);
    pthread_mutex_lock(&mutex);
    int error = set.unplugged ? ENOENT : 0;
    if (set.open_errno && set.open_failures != 0) {
        set.open_failures--;
        error = set.open_errno;
    }
    struct file *f = NULL;
    for (int i = 0; i < FILES && !f; i++) {
        if (files[i].fd == 0) f = &files[i];
    }
    if (!error && !f) error = EMFILE;
    int fd = -1;
    if (!error) {
        f->peer = 0;
        if (set.socket) {
            int pair[2];
            if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0) abort();
            fd = pair[0];
            f->peer = pair[1];
        } else {
            fd = eventfd(0, EFD_SEMAPHORE | (flags & O_CLOEXEC ? EFD_CLOEXEC : 0)
                    | (flags & O_NONBLOCK ? EFD_NONBLOCK : 0));
        }
        f->fd = fd;
        set.opened++;
    }
    pthread_mutex_unlock(&mutex);
    return error ? fail(error) : fd;
}

int close(int fd) {
    pthread_mutex_lock(&mutex);
    struct file *f = file_of(fd);
    if (f) {
        if (f == owner) {
            stop();
            free_buffers();
            owner = NULL;
        }
        if (f->peer > 0) real_close(f->peer);
        f->fd = 0;
    }
    int r = real_close(fd);
    pthread_mutex_unlock(&mutex);
    return r;
}

void *mmap(void *address, size_t length, int prot, int flags, int fd, off_t offset) {
    pthread_mutex_lock(&mutex);
    void *map = MAP_FAILED;
    int error = EINVAL;
    struct file *f = file_of(fd);
    int index = pix.sizeimage ? offset / pix.sizeimage : BUFFERS;
    if (f && prot & PROT_READ && flags & MAP_SHARED && index < count && (off_t) index * pix.sizeimage == offset
            && length == pix.sizeimage) {
        map = (void *) syscall(SYS_mmap, address, length, prot, flags, buffers[index].fd, 0);
        error = errno;
        for (int i = 0; map != MAP_FAILED && i < MAPS; i++) {
            if (!maps[i].address) {
                maps[i].address = map;
                maps[i].length = length;
                break;
            }
        }
    }
    pthread_mutex_unlock(&mutex);
    if (map == MAP_FAILED) errno = error;
    return map;
}

int munmap(void *address, size_t length) {
    int r = fail(EINVAL);
    pthread_mutex_lock(&mutex);
    for (int i = 0; i < MAPS; i++) {
        if (maps[i].address == address && maps[i].length == length) {
            maps[i].address = NULL;
            r = syscall(SYS_munmap, address, length);
        }
    }
    pthread_mutex_unlock(&mutex);
    return r;
}

static int enum_fmt(struct v4l2_fmtdesc *a) {
    uint32_t seen = 0;
    for (int i = 0; i < mode_count; i++) {
        int first = 1;
        for (int k = 0; k < i; k++) first &= modes[k].fourcc != modes[i].fourcc;
        if (first && seen++ == a->index) {
            a->flags = modes[i].fourcc == V4L2_PIX_FMT_MJPEG ? V4L2_FMT_FLAG_COMPRESSED : 0;
            a->pixelformat = modes[i].fourcc;
            snprintf((char *) a->description, sizeof a->description, "%s", description);
            return 0;
        }
    }
    return -EINVAL;
}

static int enum_framesizes(struct v4l2_frmsizeenum *a) {
    uint32_t seen = 0;
    for (int i = 0; i < mode_count; i++) {
        if (modes[i].fourcc == a->pixel_format && seen++ == a->index) {
            a->type = V4L2_FRMSIZE_TYPE_DISCRETE;
            a->discrete.width = modes[i].width;
            a->discrete.height = modes[i].height;
            return 0;
        }
    }
    return -EINVAL;
}

static int enum_frameintervals(struct v4l2_frmivalenum *a) {
    for (int i = 0; i < mode_count; i++) {
        if (modes[i].fourcc == a->pixel_format && modes[i].width == a->width && modes[i].height == a->height) {
            if (modes[i].fps == 0) return -ENOTTY;
            if (a->index > 0) return -EINVAL;
            a->type = V4L2_FRMIVAL_TYPE_DISCRETE;
            a->discrete.numerator = 1;
            a->discrete.denominator = modes[i].fps;
            return 0;
        }
    }
    return -ENOTTY;
}

static void configure(uint32_t fourcc, uint32_t width, uint32_t height) {
    struct mode *m = NULL;
    for (int i = 0; i < mode_count; i++) {
        if (modes[i].fourcc == fourcc && (!m || (modes[i].width == width && modes[i].height == height))) {
            m = &modes[i];
        }
    }
    if (!m) m = &modes[0];
    pix.pixelformat = set.fmt_code ? set.fmt_code : m->fourcc;
    pix.width = set.fmt_width ? set.fmt_width : m->width;
    pix.height = set.fmt_height ? set.fmt_height : m->height;
    pix.field = set.fmt_field ? set.fmt_field : V4L2_FIELD_NONE;
    pix.bytesperline = stride_of(pix.pixelformat, pix.width);
    pix.sizeimage = size_of(pix.pixelformat, pix.bytesperline, pix.width, pix.height);
    pix.colorspace = V4L2_COLORSPACE_SRGB;
    pix.priv = V4L2_PIX_FMT_PRIV_MAGIC;
}

static int reqbufs(struct file *f, struct v4l2_requestbuffers *a) {
    if (a->memory != V4L2_MEMORY_MMAP) return -EINVAL;
    if (owner && owner != f) return -EBUSY;
    a->capabilities = V4L2_BUF_CAP_SUPPORTS_MMAP;
    if (a->count == 0) {
        if (mapped() || running) return -EBUSY;
        free_buffers();
        owner = NULL;
        return 0;
    }
    if (set.reqbufs_errno) return -set.reqbufs_errno;
    free_buffers();
    count = set.reqbufs_count ? set.reqbufs_count : a->count > BUFFERS ? BUFFERS : a->count;
    a->count = count;
    for (int i = 0; i < count; i++) {
        memset(&buffers[i].v, 0, sizeof buffers[i].v);
        buffers[i].v.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        buffers[i].v.length = set.querybuf_length_0 ? 0 : pix.sizeimage;
        buffers[i].v.memory = V4L2_MEMORY_MMAP;
        buffers[i].v.m.offset = i * pix.sizeimage;
        buffers[i].v.index = i;
        buffers[i].v.flags = set.no_clock ? 0 : V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
        buffers[i].fd = memfd_create("vitrine-frame-standin", MFD_CLOEXEC);
        if (ftruncate(buffers[i].fd, (pix.sizeimage + 16383) / 16384 * 16384) < 0) return -ENOMEM;
    }
    owner = f;
    return 0;
}

static int qbuf(struct file *f, struct v4l2_buffer *a) {
    if ((int) a->index >= count || buffers[a->index].v.flags & V4L2_BUF_FLAG_QUEUED) return -EINVAL;
    if (owner != f) return -EBUSY;
    if (a->memory != V4L2_MEMORY_MMAP) return -EINVAL;
    if (set.qbuf_errno && running && set.qbuf_countdown-- <= 0) {
        int error = set.qbuf_errno;
        set.qbuf_errno = 0;
        return -error;
    }
    buffers[a->index].v.flags |= V4L2_BUF_FLAG_QUEUED;
    a->flags = buffers[a->index].v.flags;
    fifo[fifo_length++] = a->index;
    return 0;
}

static int dqbuf(struct file *f, struct v4l2_buffer *a) {
    if ((int) a->index >= count) return -EINVAL;
    if (owner != f) return -EBUSY;
    if (!running) return -EINVAL;
    uint64_t data;
    if (set.dqbuf_errno) {
        int error = set.dqbuf_errno;
        if (set.dqbuf_failures > 0) {
            set.dqbuf_failures--;
        } else if (set.dqbuf_failures == 0) {
            set.dqbuf_errno = 0;
        }
        if (read(f->fd, &data, sizeof data) < 0 && errno != EAGAIN) perror("stand-in: read");
        return -error;
    }
    if (available < 1) return -EAGAIN;
    available--;
    int index = set.kernel_order ? done[0] : current;
    if (done_length > 0) memmove(done, done + 1, --done_length * sizeof *done);
    struct v4l2_buffer *b = &buffers[index].v;
    b->flags &= ~(V4L2_BUF_FLAG_QUEUED | V4L2_BUF_FLAG_DONE);
    *a = *b;
    current = (current + 1) % count;
    if (read(f->fd, &data, sizeof data) != sizeof data) perror("stand-in: read");
    return 0;
}

static int streamon(struct file *f) {
    if (count == 0) return -EINVAL;
    if (owner != f) return -EBUSY;
    if (set.streamon_errno) return -set.streamon_errno;
    if (running) return 0;
    current = 0;
    running = producing = 1;
    /* Whoever has asked for failures in a row has them from the first frame on. */
    if (set.dqbuf_errno) announce();
    return -pthread_create(&producer, NULL, produce, NULL);
}

static struct control *control_of(uint32_t id) {
    for (int i = 0; i < control_count; i++) {
        if (controls[i].q.id == id) return &controls[i];
    }
    return NULL;
}

static int query_ctrl(struct v4l2_query_ext_ctrl *a) {
    if (control_count == 0) return -ENOTTY;
    struct control *best = NULL;
    uint32_t after = a->id & V4L2_CTRL_ID_MASK;
    for (int i = 0; i < control_count; i++) {
        if (controls[i].q.id > after && (!best || controls[i].q.id < best->q.id)) best = &controls[i];
    }
    if (!best) return -EINVAL;
    *a = best->q;
    return 0;
}

static int querymenu(struct v4l2_querymenu *a) {
    struct control *c = control_of(a->id);
    for (int i = 0; c && i < c->items; i++) {
        if (c->item[i].index == a->index) {
            *a = c->item[i];
            return 0;
        }
    }
    return -EINVAL;
}

static int ext_ctrls(struct v4l2_ext_controls *a, int write) {
    if (control_count == 0) return -ENOTTY;
    struct control *c = control_of(a->controls[0].id);
    if (!c || a->count != 1) return -EINVAL;
    if (write) {
        if (c->q.flags & V4L2_CTRL_FLAG_READ_ONLY) return -EACCES;
        if (set.s_ext_ctrls_errno) return -set.s_ext_ctrls_errno;
        static int settings;
        c->when = ++settings;
        c->value = c->q.type == V4L2_CTRL_TYPE_INTEGER64 ? a->controls[0].value64 : a->controls[0].value;
    } else if (c->q.type == V4L2_CTRL_TYPE_INTEGER64) {
        a->controls[0].value64 = c->value;
    } else {
        a->controls[0].value = c->value;
    }
    return 0;
}

static int answer(struct file *f, unsigned int request, void *arg) {
    if (set.unplugged) {
        uint64_t data;
        if (request == VIDIOC_DQBUF && read(f->fd, &data, sizeof data) < 0) return -ENODEV;
        return -ENODEV;
    }
    switch (request) {
        case VIDIOC_QUERYCAP: {
            struct v4l2_capability *a = arg;
            memset(a, 0, sizeof *a);
            memcpy(a->driver, driver, sizeof driver);
            memcpy(a->card, card, sizeof card);
            memcpy(a->bus_info, bus, sizeof bus);
            a->device_caps = set.capabilities;
            a->capabilities = a->device_caps | V4L2_CAP_DEVICE_CAPS;
            return 0;
        }
        case VIDIOC_ENUM_FMT: return enum_fmt(arg);
        case VIDIOC_ENUM_FRAMESIZES: return enum_framesizes(arg);
        case VIDIOC_ENUM_FRAMEINTERVALS: return enum_frameintervals(arg);
        case VIDIOC_G_FMT: ((struct v4l2_format *) arg)->fmt.pix = pix; return 0;
        case VIDIOC_S_FMT: {
            struct v4l2_format *a = arg;
            if (set.fmt_errno) return -set.fmt_errno;
            if (owner && owner != f) return -EBUSY;
            owner = f;
            configure(a->fmt.pix.pixelformat, a->fmt.pix.width, a->fmt.pix.height);
            a->fmt.pix = pix;
            return 0;
        }
        case VIDIOC_ENUMINPUT: {
            struct v4l2_input *a = arg;
            if (a->index != 0) return -EINVAL;
            memset(a, 0, sizeof *a);
            a->type = V4L2_INPUT_TYPE_CAMERA;
            return 0;
        }
        case VIDIOC_G_INPUT: *(int *) arg = 0; return 0;
        case VIDIOC_G_PARM:
        case VIDIOC_S_PARM: {
            struct v4l2_streamparm *a = arg;
            if (set.parm_errno) return -set.parm_errno;
            if (request == VIDIOC_S_PARM && a->parm.capture.timeperframe.numerator
                    && a->parm.capture.timeperframe.denominator) {
                interval = a->parm.capture.timeperframe;
            }
            if (set.parm_fps) interval = (struct v4l2_fract) {1, set.parm_fps};
            memset(&a->parm, 0, sizeof a->parm);
            a->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
            a->parm.capture.timeperframe = interval;
            return 0;
        }
        case VIDIOC_REQBUFS: return reqbufs(f, arg);
        case VIDIOC_QUERYBUF: {
            struct v4l2_buffer *a = arg;
            if ((int) a->index >= count) return -EINVAL;
            *a = buffers[a->index].v;
            return 0;
        }
        case VIDIOC_EXPBUF: {
            struct v4l2_exportbuffer *a = arg;
            if (set.expbuf_errno) return -set.expbuf_errno;
            if (owner != f) return -EBUSY;
            if ((int) a->index >= count) return -EINVAL;
            a->fd = fcntl(buffers[a->index].fd, a->flags & O_CLOEXEC ? F_DUPFD_CLOEXEC : F_DUPFD, 0);
            return 0;
        }
        case VIDIOC_QBUF: return qbuf(f, arg);
        case VIDIOC_DQBUF: return dqbuf(f, arg);
        case VIDIOC_STREAMON: return streamon(f);
        case VIDIOC_STREAMOFF:
            if (owner != f) return -EBUSY;
            stop();
            return 0;
        case VIDIOC_SUBSCRIBE_EVENT: return f->peer ? 0 : -ENOTTY;
        case VIDIOC_DQEVENT: {
            char c;
            if (!f->peer) return -ENOTTY;
            if (recv(f->fd, &c, 1, MSG_OOB) <= 0) return -ENOENT;
            ((struct v4l2_event *) arg)->type = set.event;
            return 0;
        }
        case VIDIOC_QUERY_EXT_CTRL: return query_ctrl(arg);
        case VIDIOC_QUERYMENU: return querymenu(arg);
        case VIDIOC_G_EXT_CTRLS: return ext_ctrls(arg, 0);
        case VIDIOC_S_EXT_CTRLS: return ext_ctrls(arg, 1);
        default: return -ENOTTY;
    }
}

int ioctl(int fd, unsigned long request, ...) {
    va_list arguments;
    va_start(arguments, request);
    void *arg = va_arg(arguments, void *);
    va_end(arguments);
    pthread_mutex_lock(&mutex);
    struct file *f = file_of(fd);
    int r = f ? answer(f, request, arg) : -EBADF;
    pthread_mutex_unlock(&mutex);
    return r < 0 ? fail(-r) : r;
}
