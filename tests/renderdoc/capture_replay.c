/*
 * A Vulkan layer for trying RenderDoc on Mesa's software driver. RenderDoc takes bufferDeviceAddress, and with it Vulkan
 * 1.3, away from drivers without bufferDeviceAddressCaptureReplay, as lavapipe and the Pi's v3dv are. Below RenderDoc,
 * this layer says that the driver has it, and lets the driver see none of it. Captures so made can be looked at (events,
 * labels, names); whether one replays is luck, since addresses are not kept. docs/debugging.md has the commands.
 *
 * One instance and one device at a time.
 */
#include <stddef.h>
#include <string.h>
#include <vulkan/vk_layer.h>
#include <vulkan/vulkan.h>

static PFN_vkGetInstanceProcAddr next_instance_proc;
static PFN_vkGetDeviceProcAddr next_device_proc;
static PFN_vkGetPhysicalDeviceFeatures2 next_features2;
static VkInstance instance;

static VkBaseOutStructure *find(const void *chain, VkStructureType type) {
    VkBaseOutStructure *s = (VkBaseOutStructure *) chain;
    while (s != NULL && s->sType != type) s = s->pNext;
    return s;
}

/* Sets the feature in what a chain holds of it. */
static void set(const void *chain, VkBool32 value) {
    VkPhysicalDeviceVulkan12Features *v12 =
            (void *) find(chain, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES);
    if (v12 != NULL) v12->bufferDeviceAddressCaptureReplay = value && v12->bufferDeviceAddress;
    VkPhysicalDeviceBufferDeviceAddressFeatures *address =
            (void *) find(chain, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_BUFFER_DEVICE_ADDRESS_FEATURES);
    if (address != NULL) address->bufferDeviceAddressCaptureReplay = value && address->bufferDeviceAddress;
}

static VKAPI_ATTR void VKAPI_CALL features2(VkPhysicalDevice physical, VkPhysicalDeviceFeatures2 *features) {
    next_features2(physical, features);
    set(features, VK_TRUE);
}

static VKAPI_ATTR VkResult VKAPI_CALL create_buffer(
        VkDevice d, const VkBufferCreateInfo *info, const VkAllocationCallbacks *callbacks, VkBuffer *buffer) {
    PFN_vkCreateBuffer next = (PFN_vkCreateBuffer) next_device_proc(d, "vkCreateBuffer");
    VkBufferCreateInfo own = *info;
    own.flags &= ~(VkBufferCreateFlags) VK_BUFFER_CREATE_DEVICE_ADDRESS_CAPTURE_REPLAY_BIT;
    return next(d, &own, callbacks, buffer);
}

static VKAPI_ATTR VkResult VKAPI_CALL allocate_memory(
        VkDevice d, const VkMemoryAllocateInfo *info, const VkAllocationCallbacks *callbacks, VkDeviceMemory *memory) {
    PFN_vkAllocateMemory next = (PFN_vkAllocateMemory) next_device_proc(d, "vkAllocateMemory");
    VkMemoryAllocateFlagsInfo *flags = (void *) find(info, VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO);
    VkMemoryAllocateFlags kept = flags == NULL ? 0 : flags->flags;
    if (flags != NULL)
        flags->flags &= ~(VkMemoryAllocateFlags) VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_CAPTURE_REPLAY_BIT;
    VkResult result = next(d, info, callbacks, memory);
    if (flags != NULL) flags->flags = kept;
    return result;
}

static VKAPI_ATTR VkResult VKAPI_CALL create_instance(
        const VkInstanceCreateInfo *info, const VkAllocationCallbacks *callbacks, VkInstance *created) {
    VkLayerInstanceCreateInfo *link = (void *) find(info, VK_STRUCTURE_TYPE_LOADER_INSTANCE_CREATE_INFO);
    while (link != NULL && link->function != VK_LAYER_LINK_INFO)
        link = (void *) find(link->pNext, VK_STRUCTURE_TYPE_LOADER_INSTANCE_CREATE_INFO);
    if (link == NULL) return VK_ERROR_INITIALIZATION_FAILED;
    next_instance_proc = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
    link->u.pLayerInfo = link->u.pLayerInfo->pNext;
    PFN_vkCreateInstance next = (PFN_vkCreateInstance) next_instance_proc(NULL, "vkCreateInstance");
    VkResult result = next(info, callbacks, created);
    if (result == VK_SUCCESS) {
        instance = *created;
        /* Asked for later, the loader would give the top of the chain. */
        next_features2 = (PFN_vkGetPhysicalDeviceFeatures2) next_instance_proc(instance, "vkGetPhysicalDeviceFeatures2");
    }
    return result;
}

static VKAPI_ATTR VkResult VKAPI_CALL create_device(
        VkPhysicalDevice physical, const VkDeviceCreateInfo *info, const VkAllocationCallbacks *callbacks,
        VkDevice *created) {
    VkLayerDeviceCreateInfo *link = (void *) find(info, VK_STRUCTURE_TYPE_LOADER_DEVICE_CREATE_INFO);
    while (link != NULL && link->function != VK_LAYER_LINK_INFO)
        link = (void *) find(link->pNext, VK_STRUCTURE_TYPE_LOADER_DEVICE_CREATE_INFO);
    if (link == NULL) return VK_ERROR_INITIALIZATION_FAILED;
    PFN_vkGetInstanceProcAddr next_proc = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
    next_device_proc = link->u.pLayerInfo->pfnNextGetDeviceProcAddr;
    link->u.pLayerInfo = link->u.pLayerInfo->pNext;
    PFN_vkCreateDevice next = (PFN_vkCreateDevice) next_proc(instance, "vkCreateDevice");
    set(info, VK_FALSE);
    VkResult result = next(physical, info, callbacks, created);
    set(info, VK_TRUE);
    return result;
}

static PFN_vkVoidFunction own(const char *name) {
    static const struct {
        const char *name;
        PFN_vkVoidFunction function;
    } table[] = {
            {"vkCreateInstance", (PFN_vkVoidFunction) create_instance},
            {"vkCreateDevice", (PFN_vkVoidFunction) create_device},
            {"vkGetPhysicalDeviceFeatures2", (PFN_vkVoidFunction) features2},
            {"vkGetPhysicalDeviceFeatures2KHR", (PFN_vkVoidFunction) features2},
            {"vkCreateBuffer", (PFN_vkVoidFunction) create_buffer},
            {"vkAllocateMemory", (PFN_vkVoidFunction) allocate_memory},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, name) == 0) return table[i].function;
    return NULL;
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL device_proc(VkDevice d, const char *name) {
    if (strcmp(name, "vkGetDeviceProcAddr") == 0) return (PFN_vkVoidFunction) device_proc;
    PFN_vkVoidFunction function = own(name);
    return function != NULL ? function : next_device_proc(d, name);
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL instance_proc(VkInstance i, const char *name) {
    if (strcmp(name, "vkGetInstanceProcAddr") == 0) return (PFN_vkVoidFunction) instance_proc;
    if (strcmp(name, "vkGetDeviceProcAddr") == 0) return (PFN_vkVoidFunction) device_proc;
    PFN_vkVoidFunction function = own(name);
    return function != NULL ? function : i == NULL ? NULL : next_instance_proc(i, name);
}
