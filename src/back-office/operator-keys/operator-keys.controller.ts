import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../audit/audit.types.js';
import { CallingActor } from '../../auth/caller.decorators.js';
import { OperatorKeysService } from '../../operator-keys/operator-keys.service.js';
import { BackOfficeRoute } from '../../auth/route-access.js';
import {
  CreateOperatorKeyBody,
  NewOperatorKeyAnswer,
  OperatorKeyAnswer,
  OperatorKeyPath,
  OperatorKeysPage,
} from './dto/operator-key.dto.js';
import { OperatorKeyChanges } from './operator-key-changes.service.js';
import { PageQuery } from '../shared/page.dto.js';

/** The back office's own keys. */
@ApiTags('Back office: keys')
@Controller('operator/keys')
export class BackOfficeKeysController {
  constructor(
    private readonly changes: OperatorKeyChanges,
    private readonly operatorKeys: OperatorKeysService,
  ) {}

  @Post()
  @BackOfficeRoute('every')
  @ApiOperation({
    summary: 'Make a key',
    description: 'The answer is the only one that ever shows it. Needs a key with every role.',
  })
  @ApiBody({ type: CreateOperatorKeyBody })
  @ApiCreatedResponse({ type: NewOperatorKeyAnswer, description: 'The key' })
  create(@CallingActor() actor: Actor, @Body() body: CreateOperatorKeyBody): Promise<NewOperatorKeyAnswer> {
    return this.changes.create(actor, body);
  }

  @Get()
  @BackOfficeRoute('read')
  @ApiOperation({
    summary: 'List the keys',
    description: 'Without the keys themselves; OPERATOR_API_KEY is not among them.',
  })
  @ApiOkResponse({ type: OperatorKeysPage, description: 'A page, oldest first' })
  async list(@Query() query: PageQuery): Promise<OperatorKeysPage> {
    return OperatorKeysPage.of(await this.operatorKeys.list(query), query.limit);
  }

  @Delete(':keyId')
  @BackOfficeRoute('every', 'NOT_FOUND')
  @ApiOperation({
    summary: 'Revoke a key',
    description: 'It is good for nothing from now on, on every instance. Needs a key with every role.',
  })
  @ApiOkResponse({ type: OperatorKeyAnswer, description: 'The key is revoked' })
  revoke(@CallingActor() actor: Actor, @Param() { keyId }: OperatorKeyPath): Promise<OperatorKeyAnswer> {
    return this.changes.revoke(actor, keyId);
  }
}
