/* The tables of boxes in the field, their versions, their looks and who vouches for their members.
 * Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SCHEMA_BOXES_H
#define LANTERNE_DRIVER_STORE_SCHEMA_BOXES_H

extern const char schema_boxes[];

#endif
