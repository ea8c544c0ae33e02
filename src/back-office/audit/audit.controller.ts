import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditService } from '../../audit/audit.service.js';
import { BackOfficeRoute } from '../../auth/route-access.js';
import { AuditPage, AuditTrailQuery } from './dto/audit.dto.js';

/** Who changed what. */
@ApiTags('Back office: audit trail')
@Controller('operator/audit')
export class BackOfficeAuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @BackOfficeRoute('read')
  @ApiOperation({
    summary: 'Read the audit trail',
    description: 'Every change of the back office: which key, when, what before, what after. Latest first.',
  })
  @ApiOkResponse({ type: AuditPage, description: 'A page, latest first' })
  async list(@Query() query: AuditTrailQuery): Promise<AuditPage> {
    return AuditPage.of(await this.audit.list(query), query.limit);
  }
}
