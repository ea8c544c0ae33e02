import { Entity } from 'typeorm';
import { InstantColumn, KeyColumn, TextColumn } from '../database/columns.js';

/** One GPAS integration of the operator's: named in `x-parent-system-id`, signs with its own secret (protocol §4). */
@Entity('parent_systems')
export class ParentSystem {
  @KeyColumn({ name: 'id', length: 128, primary: true })
  id!: string;

  @TextColumn({ name: 'secret_key', length: 255 })
  secretKey!: string;

  @InstantColumn({ name: 'created_at' })
  createdAt!: Date;
}
